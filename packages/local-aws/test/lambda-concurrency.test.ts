import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arnOfQueue, startTestAccount, type TestAccount, until } from './test-account.ts';

/** Runs for 300 ms and returns the name of its environment. */
const slow = `
  export const handler = async ({ name }) => {
    console.log('in ' + name);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { name, environment: process.env.AWS_LAMBDA_LOG_STREAM_NAME };
  };`;

describe('concurrent invocations', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await startTestAccount();
  });
  afterAll(() => account.stop());

  test('share at most two environments, and wait for a free one', async () => {
    await account.fn('shared', slow, { Timeout: 60 });
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((name) => account.invoke('shared', { name })),
    );
    expect(answers.map(({ result }) => (result as { name: string }).name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(new Set(answers.map(({ result }) => (result as { environment: string }).environment)).size).toBe(
      2,
    );
    expect(account.lambda.functions()[0]).toMatchObject({ coldStarts: 2, environments: 2, inFlight: 0 });
  });

  test('above the reserved concurrency are throttled and counted', async () => {
    await account.fn('reserved', slow, { Timeout: 60 });
    await account.aws('lambda', 'PutFunctionConcurrency', {
      FunctionName: 'reserved',
      ReservedConcurrentExecutions: 1,
    });
    const first = account.invoke('reserved', { name: 'first' });
    await expect(account.invoke('reserved', { name: 'second' })).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
    });
    expect((await first).error).toBeUndefined();
    expect(account.count('Throttles', 'reserved')).toBe(1);
    expect(account.count('Invocations', 'reserved')).toBe(1);
  });
});

describe('an asynchronous invocation', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await startTestAccount();
  });
  afterAll(() => account.stop());

  const send = (name: string, event: unknown) =>
    account.aws('lambda', 'Invoke', {
      FunctionName: name,
      InvocationType: 'Event',
      Payload: JSON.stringify(event),
    });
  const messages = async (url: string) =>
    (await account.aws('sqs', 'ReceiveMessage', { QueueUrl: url, MessageAttributeNames: ['All'] }))[
      'Messages'
    ];

  test('is accepted at once, tried three times, then sent to the dead-letter queue and the destination', async () => {
    const deadLetters = await account.queue('dead-letters');
    const failures = await account.queue('failures');
    await account.fn('fails', `export const handler = () => { throw new Error('always'); };`, {
      DeadLetterConfig: { TargetArn: arnOfQueue('dead-letters') },
      policy: [
        {
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Resource: [arnOfQueue('dead-letters'), arnOfQueue('failures')],
        },
      ],
    });
    await account.aws('lambda', 'PutFunctionEventInvokeConfig', {
      FunctionName: 'fails',
      DestinationConfig: { OnFailure: { Destination: arnOfQueue('failures') } },
    });
    expect(await send('fails', { n: 1 })).toEqual({ StatusCode: 202 });
    expect(account.lambda.idle()).toBe(false);
    await until(() => account.lambda.idle());
    expect(account.count('Invocations', 'fails')).toBe(3);
    expect(account.count('AsyncEventsDropped', 'fails')).toBe(1);
    expect(await messages(deadLetters)).toMatchObject([
      {
        Body: '{"n":1}',
        MessageAttributes: { ErrorMessage: { StringValue: expect.stringContaining('always') } },
      },
    ]);
    const [record] = (await messages(failures)) as { Body: string }[];
    expect(JSON.parse(record?.Body ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { n: 1 },
    });
  });

  test('is retried as often as configured', async () => {
    await account.fn('once', `export const handler = () => { throw new Error('always'); };`);
    await account.aws('lambda', 'PutFunctionEventInvokeConfig', {
      FunctionName: 'once',
      MaximumRetryAttempts: 0,
    });
    await send('once', {});
    await until(() => account.lambda.idle());
    expect(account.count('Invocations', 'once')).toBe(1);
  });

  test('cannot reach its dead-letter queue without a grant', async () => {
    await account.queue('closed');
    await account.fn('ungranted', `export const handler = () => { throw new Error('always'); };`, {
      DeadLetterConfig: { TargetArn: arnOfQueue('closed') },
    });
    await send('ungranted', {});
    await until(() => account.lambda.idle());
    expect(account.count('DeadLetterErrors', 'ungranted')).toBe(1);
  });
});

describe('a service that invokes a function', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await startTestAccount();
    await account.fn('target', 'export const handler = () => 1;');
  });
  afterAll(() => account.stop());

  const rule = 'arn:aws:events:eu-central-1:000000000000:rule/nightly';
  const invokeAs = (sourceArn: string) =>
    account.gateway.call({
      service: 'lambda',
      operation: 'Invoke',
      input: { FunctionName: 'target', InvocationType: 'Event', Payload: '{}' },
      caller: { kind: 'service', principal: 'events.amazonaws.com', sourceArn },
    });

  test('needs a permission for exactly this source', async () => {
    await expect(invokeAs(rule)).rejects.toMatchObject({ code: 'AccessDeniedException', status: 403 });
    await account.aws('lambda', 'AddPermission', {
      FunctionName: 'target',
      StatementId: 'nightly',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: rule,
    });
    expect(await invokeAs(rule)).toEqual({ StatusCode: 202 });
    await expect(invokeAs(`${rule}-other`)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await until(() => account.lambda.idle());
    expect(account.count('Invocations', 'target')).toBe(1);
  });
});
