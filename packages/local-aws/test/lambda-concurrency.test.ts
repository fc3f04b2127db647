import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arnOfQueue, type LambdaWorld, startLambdaWorld, until } from './lambda-world.ts';

/** Waits until released by a file-free signal: the count of lines it printed. */
const untilReleased = `
  export const handler = async ({ name }) => {
    console.log('in ' + name);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { name, environment: process.env.AWS_LAMBDA_LOG_STREAM_NAME };
  };`;

describe('invocations at the same time', () => {
  let world: LambdaWorld;
  beforeAll(async () => {
    world = await startLambdaWorld();
  });
  afterAll(() => world.stop());

  test('share the environments of the cap and wait beyond it', async () => {
    await world.fn('shared', untilReleased, { Timeout: 60 });
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((name) => world.invoke('shared', { name })),
    );
    expect(answers.map(({ result }) => (result as { name: string }).name)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(new Set(answers.map(({ result }) => (result as { environment: string }).environment)).size).toBe(
      2,
    );
    expect(world.lambda.functions()[0]).toMatchObject({ coldStarts: 2, environments: 2, inFlight: 0 });
  });

  test('beyond the reserved concurrency are throttled, and counted', async () => {
    await world.fn('reserved', untilReleased, { Timeout: 60 });
    await world.aws('lambda', 'PutFunctionConcurrency', {
      FunctionName: 'reserved',
      ReservedConcurrentExecutions: 1,
    });
    const first = world.invoke('reserved', { name: 'first' });
    await expect(world.invoke('reserved', { name: 'second' })).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
    });
    expect((await first).error).toBeUndefined();
    expect(world.count('Throttles', 'reserved')).toBe(1);
    expect(world.count('Invocations', 'reserved')).toBe(1);
  });
});

describe('an asynchronous invocation', () => {
  let world: LambdaWorld;
  beforeAll(async () => {
    world = await startLambdaWorld();
  });
  afterAll(() => world.stop());

  const send = (name: string, event: unknown) =>
    world.aws('lambda', 'Invoke', {
      FunctionName: name,
      InvocationType: 'Event',
      Payload: JSON.stringify(event),
    });
  const messages = async (url: string) =>
    (await world.aws('sqs', 'ReceiveMessage', { QueueUrl: url, MessageAttributeNames: ['All'] }))['Messages'];

  test('is accepted at once and tried three times, then goes to dead letters and destination', async () => {
    const deadLetters = await world.queue('dead-letters');
    const failures = await world.queue('failures');
    await world.fn('fails', `export const handler = () => { throw new Error('always'); };`, {
      DeadLetterConfig: { TargetArn: arnOfQueue('dead-letters') },
      policy: [
        {
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Resource: [arnOfQueue('dead-letters'), arnOfQueue('failures')],
        },
      ],
    });
    await world.aws('lambda', 'PutFunctionEventInvokeConfig', {
      FunctionName: 'fails',
      DestinationConfig: { OnFailure: { Destination: arnOfQueue('failures') } },
    });
    expect(await send('fails', { n: 1 })).toEqual({ StatusCode: 202 });
    expect(world.lambda.idle()).toBe(false);
    await until(() => world.lambda.idle());
    expect(world.count('Invocations', 'fails')).toBe(3);
    expect(world.count('AsyncEventsDropped', 'fails')).toBe(1);
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

  test('takes as many retries as it was given', async () => {
    await world.fn('once', `export const handler = () => { throw new Error('always'); };`);
    await world.aws('lambda', 'PutFunctionEventInvokeConfig', {
      FunctionName: 'once',
      MaximumRetryAttempts: 0,
    });
    await send('once', {});
    await until(() => world.lambda.idle());
    expect(world.count('Invocations', 'once')).toBe(1);
  });

  test('cannot reach a dead-letter queue without the grant', async () => {
    await world.queue('closed');
    await world.fn('ungranted', `export const handler = () => { throw new Error('always'); };`, {
      DeadLetterConfig: { TargetArn: arnOfQueue('closed') },
    });
    await send('ungranted', {});
    await until(() => world.lambda.idle());
    expect(world.count('DeadLetterErrors', 'ungranted')).toBe(1);
  });
});

describe('a service that invokes a function', () => {
  let world: LambdaWorld;
  beforeAll(async () => {
    world = await startLambdaWorld();
    await world.fn('target', 'export const handler = () => 1;');
  });
  afterAll(() => world.stop());

  const rule = 'arn:aws:events:eu-central-1:000000000000:rule/nightly';
  const invokeAs = (sourceArn: string) =>
    world.gateway.call({
      service: 'lambda',
      operation: 'Invoke',
      input: { FunctionName: 'target', InvocationType: 'Event', Payload: '{}' },
      caller: { kind: 'service', principal: 'events.amazonaws.com', sourceArn },
    });

  test('needs a permission for exactly this source', async () => {
    await expect(invokeAs(rule)).rejects.toMatchObject({ code: 'AccessDeniedException', status: 403 });
    await world.aws('lambda', 'AddPermission', {
      FunctionName: 'target',
      StatementId: 'nightly',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: rule,
    });
    expect(await invokeAs(rule)).toEqual({ StatusCode: 202 });
    await expect(invokeAs(`${rule}-other`)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    await until(() => world.lambda.idle());
    expect(world.count('Invocations', 'target')).toBe(1);
  });
});
