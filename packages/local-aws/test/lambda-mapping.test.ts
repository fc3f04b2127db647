import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/contract.ts';
import { answersFirstBody, ended, startConsumer } from './mapping-consumer.ts';
import { arnOfQueue, mayConsume, startTestAccount, type TestAccount } from './test-account.ts';

describe('an event source mapping', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await startTestAccount();
  });
  afterAll(() => account.stop());

  const consumer = (options: Parameters<typeof startConsumer>[1] = {}) => startConsumer(account, options);

  test('passes records in the format of Lambda', async () => {
    const reader = await consumer({
      source: 'export const handler = (event) => { console.log(JSON.stringify(event)); };',
    });
    await account.aws('sqs', 'SendMessage', {
      QueueUrl: reader.url,
      MessageBody: 'hello',
      MessageAttributes: { colour: { DataType: 'String', StringValue: 'red' } },
    });
    await ended(reader);
    expect(JSON.parse(account.lambda.logs(reader.name)[0]?.text ?? '')).toEqual({
      Records: [
        {
          messageId: expect.any(String),
          receiptHandle: expect.any(String),
          body: 'hello',
          attributes: expect.objectContaining({
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.any(String),
          }),
          messageAttributes: {
            colour: { stringValue: 'red', dataType: 'String', stringListValues: [], binaryListValues: [] },
          },
          md5OfBody: '5d41402abc4b2a76b9719d911017c592',
          eventSource: 'aws:sqs',
          eventSourceARN: arnOfQueue(reader.queue),
          awsRegion: 'eu-central-1',
        },
      ],
    });
    expect(await reader.left()).toBe(0);
  });

  test.each([
    ['null', null, 0],
    ['an empty object', {}, 0],
    ['no failures', { batchItemFailures: [] }, 0],
    ['a null list', { batchItemFailures: null }, 0],
    ['one failure', { batchItemFailures: [{ itemIdentifier: 'FIRST' }] }, 1],
    ['a thrown error', 'throw', 3],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, 3],
    ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }, 3],
    ['a wrong key', { batchItemFailures: [{ id: 'FIRST' }] }, 3],
    [
      'an unknown identifier',
      { batchItemFailures: [{ itemIdentifier: 'FIRST' }, { itemIdentifier: 'x' }] },
      3,
    ],
    ['no list', { batchItemFailures: 'FIRST' }, 3],
  ])('after %s (%j) keeps %i of three messages', async (_, answer, left) => {
    const reader = await consumer();
    await reader.send({ answer }, 2, 3);
    await ended(reader);
    expect(await reader.left()).toBe(left);
  });

  test('deletes all messages or none without ReportBatchItemFailures', async () => {
    const reader = await consumer({ mapping: { FunctionResponseTypes: [] } });
    await reader.send({ answer: { batchItemFailures: [{ itemIdentifier: 'FIRST' }] } });
    await ended(reader);
    expect(await reader.left()).toBe(0);
    await reader.send({ answer: 'throw' });
    await ended(reader, 2);
    expect(await reader.left()).toBe(1);
  });

  test('gathers more than ten messages into one batch during its batching window', async () => {
    const reader = await consumer({
      mapping: { BatchSize: 25, MaximumBatchingWindowInSeconds: 30, Enabled: false },
    });
    for (let ten = 0; ten < 2; ten += 1) await reader.send(...Array.from({ length: 10 }, (_, n) => ({ n })));
    await reader.send(1, 2, 3, 4, 5);
    await reader.update({ Enabled: true });
    await ended(reader);
    expect(reader.batches().map((batch) => batch.length)).toEqual([25]);
  });

  test('refuses settings that AWS refuses', async () => {
    const broken: JsonObject[] = [
      { BatchSize: 11 },
      { FilterCriteria: { Filters: [] } },
      { ScalingConfig: { MaximumConcurrency: 1 } },
      { DestinationConfig: {} },
    ];
    for (const mapping of broken)
      await expect(consumer({ mapping })).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
    const fifo = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
    await expect(
      consumer({ queue: fifo, mapping: { MaximumBatchingWindowInSeconds: 1 } }),
    ).rejects.toMatchObject({ code: 'InvalidParameterValueException' });
    await expect(consumer({ queue: { VisibilityTimeout: '5' } })).rejects.toThrow(
      /less than Function timeout/,
    );
  });

  test.each(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'])(
    'is refused when the role lacks %s',
    async (missing) => {
      const queue = `guarded-${missing.slice(4)}`;
      await account.queue(queue);
      const all = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
      const granted = { ...mayConsume(queue), Action: all.filter((action) => action !== missing) };
      await account.fn(queue, answersFirstBody, { policy: [granted] });
      await expect(
        account.aws('lambda', 'CreateEventSourceMapping', {
          EventSourceArn: arnOfQueue(queue),
          FunctionName: queue,
        }),
      ).rejects.toThrow(missing);
    },
  );
});
