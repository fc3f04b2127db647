import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../src/parts.ts';
import { arnOfQueue, type LambdaWorld, mayConsume, startLambdaWorld, until } from './lambda-world.ts';

/** Prints each batch as JSON and answers what the first body says. */
const answersFirstBody = `
  export const handler = async ({ Records }) => {
    console.log(JSON.stringify(Records.map(({ body }) => body)));
    const answer = JSON.parse(Records[0].body).answer;
    if (answer === 'throw') throw new Error('whole batch');
    return JSON.parse((JSON.stringify(answer) ?? 'null').replaceAll('FIRST', Records[0].messageId));
  };`;

describe('an event source mapping', () => {
  let world: LambdaWorld;
  let names = 0;
  beforeAll(async () => {
    world = await startLambdaWorld();
  });
  afterAll(() => world.stop());

  /** A queue, a function that consumes it, and the mapping between them. */
  async function consumer(
    options: { source?: string; queue?: Record<string, string>; mapping?: JsonObject } = {},
  ) {
    names += 1;
    const fifo = options.queue?.['FifoQueue'] === 'true';
    const queue = fifo ? `source-${names}.fifo` : `source-${names}`;
    const url = await world.queue(queue, { VisibilityTimeout: '30', ...options.queue });
    const name = `consumer-${names}`;
    await world.fn(name, options.source ?? answersFirstBody, { Timeout: 20, policy: [mayConsume(queue)] });
    const created = await world.aws('lambda', 'CreateEventSourceMapping', {
      EventSourceArn: arnOfQueue(queue),
      FunctionName: name,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ...options.mapping,
    });
    const UUID = String(created['UUID']);
    return {
      name,
      url,
      queue,
      created,
      UUID,
      send: (...bodies: unknown[]) =>
        world.aws('sqs', 'SendMessageBatch', {
          QueueUrl: url,
          Entries: bodies.map((body, index) => ({ Id: String(index), MessageBody: JSON.stringify(body) })),
        }),
      sendTo: (group: string, body: unknown) =>
        world.aws('sqs', 'SendMessage', {
          QueueUrl: url,
          MessageBody: JSON.stringify(body),
          MessageGroupId: group,
          MessageDeduplicationId: `${group}-${JSON.stringify(body)}`,
        }),
      batches: () => world.lambda.logs(name).map(({ text }) => JSON.parse(text) as unknown[]),
      report: () => world.lambda.mappings().find(({ uuid }) => uuid === UUID),
      update: (change: JsonObject) => world.aws('lambda', 'UpdateEventSourceMapping', { UUID, ...change }),
      state: async () => (await world.aws('lambda', 'GetEventSourceMapping', { UUID }))['State'],
      async left() {
        const answer = await world.aws('sqs', 'GetQueueAttributes', {
          QueueUrl: url,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        });
        return Object.values(answer['Attributes'] as JsonObject).reduce<number>(
          (sum, n) => sum + Number(n),
          0,
        );
      },
    };
  }

  /** The batch has been invoked and its messages deleted or given back. */
  const ended = (
    reader: { report: () => { batches: number; batchesInFlight: number } | undefined },
    batches = 1,
  ) =>
    until(() => {
      const report = reader.report();
      return report !== undefined && report.batches >= batches && report.batchesInFlight === 0;
    });

  test('hands records over in the shape of Lambda', async () => {
    const reader = await consumer({
      source: 'export const handler = (event) => { console.log(JSON.stringify(event)); };',
    });
    await world.aws('sqs', 'SendMessage', {
      QueueUrl: reader.url,
      MessageBody: 'hello',
      MessageAttributes: { colour: { DataType: 'String', StringValue: 'red' } },
    });
    await ended(reader);
    expect(JSON.parse(world.lambda.logs(reader.name)[0]?.text ?? '')).toEqual({
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
      'a foreign identifier',
      { batchItemFailures: [{ itemIdentifier: 'FIRST' }, { itemIdentifier: 'x' }] },
      3,
    ],
    ['no list', { batchItemFailures: 'FIRST' }, 3],
  ])('leaves of three messages after %s: %j -> %i', async (_, answer, left) => {
    const reader = await consumer();
    await reader.send({ answer }, 2, 3);
    await ended(reader);
    expect(await reader.left()).toBe(left);
  });

  test('without ReportBatchItemFailures takes all or nothing', async () => {
    const reader = await consumer({ mapping: { FunctionResponseTypes: [] } });
    await reader.send({ answer: { batchItemFailures: [{ itemIdentifier: 'FIRST' }] } });
    await ended(reader);
    expect(await reader.left()).toBe(0);
    await reader.send({ answer: 'throw' });
    await ended(reader, 2);
    expect(await reader.left()).toBe(1);
  });

  test('gathers one batch beyond ten messages while its window is open', async () => {
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
      names += 1;
      const queue = `guarded-${names}`;
      await world.queue(queue);
      const all = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
      const granted = { ...mayConsume(queue), Action: all.filter((action) => action !== missing) };
      await world.fn(`guarded-${names}`, answersFirstBody, { policy: [granted] });
      await expect(
        world.aws('lambda', 'CreateEventSourceMapping', {
          EventSourceArn: arnOfQueue(queue),
          FunctionName: `guarded-${names}`,
        }),
      ).rejects.toThrow(missing);
    },
  );

  test('never has two batches of one FIFO group at a time, but does have two groups', async () => {
    const reader = await consumer({
      queue: { FifoQueue: 'true' },
      mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
      source: `export const handler = async ({ Records: [record] }) => {
        const group = record.attributes.MessageGroupId;
        console.log(JSON.stringify(['in', group]));
        await new Promise((resolve) => setTimeout(resolve, 150));
        console.log(JSON.stringify(['out', group]));
      };`,
    });
    const warm = { Records: [{ attributes: { MessageGroupId: 'warm' } }] };
    await Promise.all([world.invoke(reader.name, warm), world.invoke(reader.name, warm)]);
    const before = reader.batches().length;
    for (const n of [1, 2, 3]) for (const group of ['a', 'b']) await reader.sendTo(group, n);
    await ended(reader, 6);
    const inside = new Set<unknown>();
    let together = 0;
    for (const [what, group] of reader.batches().slice(before)) {
      if (what === 'in') expect(inside.has(group)).toBe(false);
      if (what === 'in') inside.add(group);
      else inside.delete(group);
      together = Math.max(together, inside.size);
    }
    expect(together).toBe(2);
    expect(reader.batches().filter(([, group]) => group === 'a')).toHaveLength(6);
  });

  test('keeps a failed FIFO message in front of its group', async () => {
    const reader = await consumer({
      queue: { FifoQueue: 'true', VisibilityTimeout: '20' },
      source: `export const handler = async ({ Records }) => {
        console.log(JSON.stringify(Records.map(({ body }) => body)));
        const failed = Records.filter(({ body, attributes }) => body === '1' && attributes.ApproximateReceiveCount === '1');
        return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      };`,
    });
    await reader.sendTo('a', 1);
    await ended(reader);
    await reader.sendTo('a', 2);
    await sleep(1200);
    expect(reader.batches()).toEqual([['1']]);
  });

  test('disabled, ends what it holds and takes nothing more; enabled, goes on', async () => {
    const reader = await consumer();
    await until(async () => (await reader.state()) === 'Enabled');
    expect(await reader.update({ Enabled: false })).toMatchObject({ State: 'Disabling' });
    await until(async () => (await reader.state()) === 'Disabled');
    await reader.send({ answer: null });
    await sleep(200);
    expect(reader.batches()).toEqual([]);
    expect(await reader.left()).toBe(1);
    expect(await reader.update({ Enabled: true })).toMatchObject({ State: 'Enabling' });
    await ended(reader);
    expect(await reader.state()).toBe('Enabled');
    expect(await reader.left()).toBe(0);
  });

  test('changes its batch size while it runs', async () => {
    const reader = await consumer({ mapping: { Enabled: false } });
    await until(async () => (await reader.state()) === 'Disabled');
    expect(await reader.update({ BatchSize: 1 })).toMatchObject({ BatchSize: 1, State: 'Disabled' });
    await reader.send({}, {});
    expect(await reader.update({ Enabled: true, BatchSize: 1 })).toMatchObject({ State: 'Enabling' });
    await ended(reader, 2);
    expect(reader.batches().map((batch) => batch.length)).toEqual([1, 1]);
    expect(await reader.update({ BatchSize: 5 })).toMatchObject({ BatchSize: 5, State: 'Updating' });
    await until(async () => (await reader.state()) === 'Enabled');
  });

  test('is listed by function, and gone after its deletion', async () => {
    const reader = await consumer();
    const list = () => world.aws('lambda', 'ListEventSourceMappings', { FunctionName: reader.name });
    expect(await list()).toMatchObject({ EventSourceMappings: [{ UUID: reader.UUID, BatchSize: 10 }] });
    expect(await world.aws('lambda', 'DeleteEventSourceMapping', { UUID: reader.UUID })).toMatchObject({
      State: 'Deleting',
    });
    await until(() => reader.report() === undefined);
    expect(await list()).toEqual({ EventSourceMappings: [] });
  });
});
