import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { host } from '../src/contract.ts';
import { hopsOf, lineageOf, mergeLineages, nextTraceHeader } from '../src/lambda/lineage.ts';
import { failedMessageIds } from '../src/lambda/partial-batch.ts';
import { withTraceHeaders } from '../src/lambda/trace-headers.ts';
import { createSqs, type Sqs } from '../src/sqs/sqs.ts';
import { arnOfQueue, mayConsume, startTestAccount, type TestAccount, until } from './test-account.ts';

const a = 'arn:aws:lambda:eu-central-1:000000000000:function:a';
const b = 'arn:aws:lambda:eu-central-1:000000000000:function:b';
const chain = (hops: number, arn: string) =>
  Array.from({ length: hops }).reduce<string>((header) => nextTraceHeader(lineageOf(header), arn), '');

describe('a lineage', () => {
  test('counts the hops of each function through trace headers', () => {
    const header = nextTraceHeader(lineageOf(chain(2, a)), b);
    expect(header).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=/);
    expect([hopsOf(lineageOf(header), a), hopsOf(lineageOf(header), b)]).toEqual([2, 1]);
  });

  test('of a batch is the longest lineage of its messages', () => {
    const merged = mergeLineages([lineageOf(chain(2, a)), lineageOf(chain(5, a)), lineageOf(undefined)]);
    expect(hopsOf(merged, a)).toBe(5);
  });

  test('of a header without lineage is empty', () => {
    expect(lineageOf('Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1').size).toBe(0);
  });
});

describe('the recursion guard', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await startTestAccount();
    await account.fn('a', `export const handler = () => process.env._X_AMZN_TRACE_ID;`);
  });
  afterAll(() => account.stop());

  const invoke = (traceHeader: string) =>
    account.gateway.call({
      service: 'lambda',
      operation: 'Invoke',
      input: { FunctionName: 'a', InvocationType: 'RequestResponse' },
      caller: host,
      traceHeader,
    });

  test('allows the sixteenth invocation of a chain and refuses the next', async () => {
    const { Payload } = await invoke(chain(15, a));
    expect(hopsOf(lineageOf(JSON.parse(String(Payload))), a)).toBe(16);
    await expect(invoke(JSON.parse(String(Payload)))).rejects.toMatchObject({
      code: 'RecursiveInvocationException',
    });
    expect(account.count('RecursiveInvocationsDropped', 'a')).toBe(1);
  });

  test('does not count invocations of other functions', async () => {
    expect(await invoke(chain(20, b))).toMatchObject({ StatusCode: 200 });
  });

  test('allows a loop where RecursiveLoop is Allow', async () => {
    await account.aws('lambda', 'PutFunctionRecursionConfig', { FunctionName: 'a', RecursiveLoop: 'Allow' });
    expect(await invoke(chain(20, a))).toMatchObject({ StatusCode: 200 });
  });
});

describe('a function that sends to its own queue', () => {
  let account: TestAccount;
  let sqs: Sqs;
  beforeAll(async () => {
    account = await startTestAccount();
    sqs = await createSqs(account.gateway);
    account.gateway.register('sqs', withTraceHeaders(sqs));
  });
  afterAll(async () => {
    await account.stop();
    await sqs.stop();
  });

  /** Sends a message like the SDK: with the access key of its role and the trace header of its invocation. */
  const sendsToItself = `
    export const handler = async ({ Records: [{ body, eventSourceARN }] }) => {
      const name = eventSourceARN.split(':').at(-1);
      const scope = process.env.AWS_ACCESS_KEY_ID + '/20260101/eu-central-1/sqs/aws4_request';
      console.log(body);
      if (Number(body) === 20) return;
      const answer = await fetch(process.env.AWS_ENDPOINT_URL, {
        method: 'POST',
        headers: {
          authorization: 'AWS4-HMAC-SHA256 Credential=' + scope + ', SignedHeaders=host, Signature=x',
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'AmazonSQS.SendMessage',
          'x-amzn-trace-id': process.env._X_AMZN_TRACE_ID,
        },
        body: JSON.stringify({
          QueueUrl: process.env.AWS_ENDPOINT_URL + '/000000000000/' + name,
          MessageBody: String(Number(body) + 1),
        }),
      });
      if (!answer.ok) throw new Error(await answer.text());
    };`;

  async function loop(name: string, recursiveLoop: string): Promise<string> {
    const deadLetters = await account.queue(`${name}-dead`);
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: arnOfQueue(`${name}-dead`),
      maxReceiveCount: 100,
    });
    const url = await account.queue(name, { RedrivePolicy });
    const maySend = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arnOfQueue(name) };
    await account.fn(name, sendsToItself, { policy: [mayConsume(name), maySend] });
    await account.aws('lambda', 'PutFunctionRecursionConfig', {
      FunctionName: name,
      RecursiveLoop: recursiveLoop,
    });
    await account.aws('lambda', 'CreateEventSourceMapping', {
      EventSourceArn: arnOfQueue(name),
      FunctionName: name,
    });
    await account.aws('sqs', 'SendMessage', { QueueUrl: url, MessageBody: '1' });
    return deadLetters;
  }

  test('is stopped after sixteen invocations, and its message moves to the dead-letter queue', async () => {
    const deadLetters = await loop('loops', 'Terminate');
    await until(() => account.count('RecursiveInvocationsDropped', 'loops') > 0 && account.lambda.idle());
    expect(account.lambda.logs('loops').at(-1)?.text).toBe('16');
    expect(await account.aws('sqs', 'ReceiveMessage', { QueueUrl: deadLetters })).toMatchObject({
      Messages: [{ Body: '17' }],
    });
  });

  test('continues where RecursiveLoop is Allow', async () => {
    await loop('allowed', 'Allow');
    await until(() => account.lambda.logs('allowed').at(-1)?.text === '20');
    expect(account.count('RecursiveInvocationsDropped', 'allowed')).toBe(0);
  });
});

describe('the response to a batch', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['an empty text', '""', []],
    ['invalid JSON', '{"batchItemFailures":', ['1', '2']],
    ['a number', '7', ['1', '2']],
    ['one failure', '{"batchItemFailures":[{"itemIdentifier":"2"}]}', ['2']],
  ])('%s (%j) fails the messages %j', (_, payload, failed) => {
    expect([...failedMessageIds(payload, ['1', '2'])]).toEqual(failed);
  });
});
