import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { host, type JsonObject, type LocalAws, startLocalAws } from '@fluent-connector/local-aws';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEventBridgePublisher } from '../../lambdas/adapters/aws/eventbridge-publisher.ts';
import { createSqsDeadLetters } from '../../lambdas/adapters/aws/sqs-dead-letters.ts';
import { createSqsHandlerQueues } from '../../lambdas/adapters/aws/sqs-handler-queues.ts';
import { createSqsWorkQueue } from '../../lambdas/adapters/aws/sqs-work-queue.ts';
import type { EventPublisher } from '../../lambdas/core/delivery/ports/event-publisher.ts';
import type { HandlerQueues } from '../../lambdas/core/delivery/ports/handler-queues.ts';
import { idOf } from '../builders/notification.ts';
import { event } from '../builders/records.ts';
import { createMemoryHandlerQueues, createMemoryPublisher } from '../fakes/memory-queues.ts';

const typeId = 'commercetools.connect.customer.upsert';
const eventOf = (n: number, over: object = {}) =>
  event({ resource: { typeId: 'customer', id: idOf(n) }, traceId: `trace-${n}`, ...over });
const many = Array.from({ length: 25 }, (_, n) => eventOf(n));
/** Ten of them are above the 1 MiB of a request. */
const large = many.map((one) => ({ ...one, body: { text: 'x'.repeat(150_000) } }));

describe('queues and buses', () => {
  let aws: LocalAws;
  let sqs: SQSClient;
  let eventBridge: EventBridgeClient;
  let round = 0;
  const call = (service: string, operation: string, input: JsonObject) =>
    aws.gateway.call({ service, operation, input, caller: host });
  const urlOf = (name: string) => `${aws.gateway.url}/000000000000/${name}`;
  const makeQueue = (name: string) => {
    const fifo = name.endsWith('.fifo')
      ? { FifoQueue: 'true', DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' }
      : {};
    return call('sqs', 'CreateQueue', { QueueName: name, Attributes: { VisibilityTimeout: '30', ...fifo } });
  };
  const receive = async (name: string, over: JsonObject = {}) => {
    const input = {
      QueueUrl: urlOf(name),
      MaxNumberOfMessages: 10,
      AttributeNames: ['All'],
      MessageAttributeNames: ['All'],
      ...over,
    };
    const answer = await call('sqs', 'ReceiveMessage', input);
    return (answer['Messages'] ?? []) as {
      Body: string;
      ReceiptHandle: string;
      Attributes: Record<string, string>;
      MessageAttributes?: Record<string, { StringValue: string }>;
    }[];
  };
  /** Everything in a queue; what was received stays hidden. */
  const drain = async (name: string) => {
    const all = [];
    for (let batch = await receive(name); batch.length > 0; batch = await receive(name)) all.push(...batch);
    return all;
  };

  beforeAll(async () => {
    aws = await startLocalAws({ region: 'eu-central-1', seed: 7 });
    // Faults meet functions only, so the clients act under a role.
    await call('iam', 'CreateRole', { RoleName: 'functions', AssumeRolePolicyDocument: '{}' });
    const allow = { Effect: 'Allow', Action: ['sqs:*', 'events:*'], Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
    await call('iam', 'PutRolePolicy', { RoleName: 'functions', PolicyName: 'all', PolicyDocument });
    const credentials = { accessKeyId: aws.gateway.accessKeyFor('functions'), secretAccessKey: 'x' };
    const place = { endpoint: aws.gateway.url, region: 'eu-central-1', credentials, maxAttempts: 1 };
    sqs = new SQSClient(place);
    eventBridge = new EventBridgeClient(place);
  });
  afterAll(async () => {
    sqs.destroy();
    eventBridge.destroy();
    await aws.stop();
  });
  beforeEach(() => void round++);
  afterEach(() => aws.gateway.faults.clear());

  describe.each(['in memory', 'on EventBridge'])('the publisher %s', (kind) => {
    const connect = (): EventPublisher =>
      kind === 'in memory' ? createMemoryPublisher() : createEventBridgePublisher(eventBridge, 'default');

    test('takes any number of entries of any size together, and names none as failed', async () => {
      expect(await connect().publish(many.map((one) => ({ typeId, event: one })))).toEqual(new Set());
      expect(await connect().publish(large.map((one) => ({ typeId, event: one })))).toEqual(new Set());
      expect(await connect().publish([])).toEqual(new Set());
    });
  });

  test('the publisher names exactly the entries that the bus did not take, across its batches', async () => {
    const bus = `bus-${round}`;
    const queue = `events-${round}`;
    await makeQueue(queue);
    await call('events', 'CreateEventBus', { Name: bus });
    await call('events', 'PutRule', {
      Name: 'all',
      EventBusName: bus,
      EventPattern: '{"detail-type":[{"prefix":""}]}',
    });
    const ruleArn = `arn:aws:events:eu-central-1:000000000000:rule/${bus}/all`;
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
      Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
    };
    await call('sqs', 'SetQueueAttributes', {
      QueueUrl: urlOf(queue),
      Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) },
    });
    await call('events', 'PutTargets', {
      Rule: 'all',
      EventBusName: bus,
      Targets: [{ Id: 'q', Arn: `arn:aws:sqs:eu-central-1:000000000000:${queue}` }],
    });
    aws.gateway.faults.add({ kind: 'fail-entries', service: 'events', operation: 'PutEvents', rate: 0.4 });
    const failed = await createEventBridgePublisher(eventBridge, bus).publish(
      many.map((one) => ({ typeId, event: one })),
    );
    await expect.poll(() => aws.pendingDeliveries()).toBe(0);
    const arrived = (await drain(queue)).map(({ Body }) => JSON.parse(Body).detail.traceId);
    const expected = many.filter((_, index) => !failed.has(index)).map(({ traceId }) => traceId);
    expect(arrived.sort()).toEqual(expected.sort());
    expect(failed.size).toBeGreaterThan(0);
  });

  test.each(['throttle', 'lose-answer'] as const)(
    'a call that meets "%s" reports all its entries as failed',
    async (kind) => {
      aws.gateway.faults.add({ kind, service: 'events', operation: 'PutEvents', rate: 1 });
      aws.gateway.faults.add({ kind, service: 'sqs', operation: 'SendMessageBatch', rate: 1 });
      await makeQueue(`handler-${kind}.fifo`);
      const three = many.slice(0, 3);
      expect(
        await createEventBridgePublisher(eventBridge, 'default').publish(
          three.map((one) => ({ typeId, event: one })),
        ),
      ).toEqual(new Set([0, 1, 2]));
      const queues = createSqsHandlerQueues(sqs, { customer: urlOf(`handler-${kind}.fifo`) });
      expect(await queues.send(three.map((one) => ({ handler: 'customer', typeId, event: one })))).toEqual(
        new Set([0, 1, 2]),
      );
    },
  );

  describe.each(['in memory', 'on SQS'])('the handler queues %s', (kind) => {
    test('take any number of events of any size together', async () => {
      await makeQueue(`taking-${round}.fifo`);
      const queues: HandlerQueues =
        kind === 'in memory'
          ? createMemoryHandlerQueues()
          : createSqsHandlerQueues(sqs, { customer: urlOf(`taking-${round}.fifo`) });
      expect(await queues.send(many.map((one) => ({ handler: 'customer', typeId, event: one })))).toEqual(
        new Set(),
      );
      const others = large.map((one) => ({ handler: 'customer', typeId, event: { ...one, version: 99 } }));
      expect(await queues.send(others)).toEqual(new Set());
      expect(await queues.send([])).toEqual(new Set());
    });
  });

  test('the handler queues name exactly the events that were not taken, and those of a handler without a queue', async () => {
    const queue = `handler-${round}.fifo`;
    await makeQueue(queue);
    aws.gateway.faults.add({
      kind: 'fail-entries',
      service: 'sqs',
      operation: 'SendMessageBatch',
      rate: 0.4,
    });
    const queues = createSqsHandlerQueues(sqs, { customer: urlOf(queue) });
    const dispatches = many.map((one) => ({ handler: 'customer', typeId, event: one }));
    const failed = await queues.send([...dispatches, { handler: 'nobody', typeId, event: eventOf(99) }]);
    const arrived = (await drain(queue)).map(({ Body }) => JSON.parse(Body).traceId);
    expect(arrived.sort()).toEqual(
      many
        .filter((_, index) => !failed.has(index))
        .map(({ traceId }) => traceId)
        .sort(),
    );
    expect(failed.has(many.length)).toBe(true);
    expect(failed.size).toBeGreaterThan(1);
  });

  test('an event is sent whole, in the group of its customer, and a repeated send is deduplicated', async () => {
    const queue = `whole-${round}.fifo`;
    await makeQueue(queue);
    const queues = createSqsHandlerQueues(sqs, { customer: urlOf(queue) });
    const one = eventOf(1, { dataErasure: true, kind: 'DELETE' });
    for (let sends = 0; sends < 2; sends++) await queues.send([{ handler: 'customer', typeId, event: one }]);
    const messages = await drain(queue);
    expect(messages.map(({ Body }) => JSON.parse(Body))).toEqual([one]);
    expect(messages[0]?.Attributes['MessageGroupId']).toBe(`customer/${idOf(1)}`);
  });

  test('a message locks its group until its new visibility time, and an unknown handle is no error', async () => {
    const queue = `hiding-${round}.fifo`;
    await makeQueue(queue);
    const events = [eventOf(1), eventOf(1, { version: 9, traceId: 'later' }), eventOf(2)];
    await createSqsHandlerQueues(sqs, { customer: urlOf(queue) }).send(
      events.map((one) => ({ handler: 'customer', typeId, event: one })),
    );
    const received = await drain(queue);
    expect(received.map(({ Body }) => JSON.parse(Body).traceId).sort()).toEqual(['trace-1', 'trace-2']);
    const work = createSqsWorkQueue(sqs, urlOf(queue));
    await work.changeVisibility([...received.map(({ ReceiptHandle }) => ReceiptHandle), 'nonsense'], 0);
    const again = await receive(queue);
    expect(again.map(({ Attributes }) => Attributes['ApproximateReceiveCount'])).toEqual(['2', '2']);
    await work.changeVisibility(
      again.map(({ ReceiptHandle }) => ReceiptHandle),
      600,
    );
    expect(await receive(queue)).toEqual([]);
  });

  test('the visibility of any number of messages is changed', async () => {
    const queue = `visible-${round}`;
    await makeQueue(queue);
    for (const { traceId } of many)
      await call('sqs', 'SendMessage', { QueueUrl: urlOf(queue), MessageBody: traceId });
    const received = await drain(queue);
    expect(received).toHaveLength(many.length);
    await createSqsWorkQueue(sqs, urlOf(queue)).changeVisibility(
      received.map(({ ReceiptHandle }) => ReceiptHandle),
      0,
    );
    expect(await drain(queue)).toHaveLength(many.length);
  });

  test.each(['standard', 'fifo'])(
    'a copy in a %s dead-letter queue has its reason; a FIFO queue stores the same copy once',
    async (kind) => {
      const queue = kind === 'fifo' ? `letters-${round}.fifo` : `letters-${round}`;
      await makeQueue(queue);
      const letters = createSqsDeadLetters(sqs, urlOf(queue));
      for (let copies = 0; copies < 2; copies++)
        await letters.send({ reason: 'EMAIL_MISSING', messageId: 'm', version: 3 }, 'customer/1');
      await letters.send(
        { reason: 'EMAIL_MISSING', messageId: 'm', version: 4, kind: 'DELETE' },
        'customer/1',
      );
      const found: Awaited<ReturnType<typeof receive>> = [];
      for (let messages = await receive(queue); messages.length > 0; messages = await receive(queue)) {
        found.push(...messages);
        for (const { ReceiptHandle } of messages)
          await call('sqs', 'DeleteMessage', { QueueUrl: urlOf(queue), ReceiptHandle });
      }
      expect(found).toHaveLength(kind === 'fifo' ? 2 : 3);
      expect(found[0]?.MessageAttributes?.['reason']?.StringValue).toBe('EMAIL_MISSING');
      expect(JSON.parse(found[0]?.Body ?? '{}')).toEqual({
        reason: 'EMAIL_MISSING',
        messageId: 'm',
        version: 3,
      });
    },
  );

  test('a dead-letter queue that does not answer is a retry', async () => {
    const letters = createSqsDeadLetters(sqs, urlOf('nowhere'));
    await expect(letters.send({ reason: 'x', messageId: 'm' }, 'g')).rejects.toMatchObject({
      failureClass: 'retry',
    });
  });
});
