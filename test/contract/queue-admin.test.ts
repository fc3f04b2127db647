import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSqsDeadLetters } from '../../lambdas/adapters/aws/sqs-dead-letters.ts';
import { createSqsQueueAdmin } from '../../lambdas/adapters/aws/sqs-queue-admin.ts';
import { groupId } from '../../lambdas/core/delivery/resource-event.ts';
import type { QueueAdmin } from '../../lambdas/core/operations/ports/queue-admin.ts';
import { type EmbeddedSqs, lostSqs, startEmbeddedSqs } from '../builders/embedded-sqs.ts';
import { idOf } from '../builders/notification.ts';
import { event } from '../builders/records.ts';
import { createMemoryQueueAdmin } from '../fakes/memory-queue-admin.ts';

const letters = 'handler/customer/dead-letters';

/** A queue admin, and a way to dead-letter copies without it. */
interface World {
  readonly queueAdmin: QueueAdmin;
  deadLetter(...numbers: readonly number[]): Promise<void>;
}

describe('the queue admin', () => {
  let sqs: EmbeddedSqs;
  let round = 0;
  beforeAll(async () => {
    sqs = await startEmbeddedSqs();
  });
  afterAll(() => sqs.stop());
  beforeEach(() => void round++);

  async function onSqs(): Promise<World> {
    const names = [`ingest-${round}`, `customer-${round}.fifo`] as const;
    const lettersOf = (name: string) => `dead-${name}`;
    for (const name of names) {
      await sqs.makeQueue(lettersOf(name));
      await sqs.makeQueue(name);
      await sqs.call('SetQueueAttributes', {
        QueueUrl: sqs.urlOf(name),
        Attributes: {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: sqs.arnOf(lettersOf(name)),
            maxReceiveCount: 1000,
          }),
        },
      });
    }
    const place = (name: string) => ({
      url: sqs.urlOf(name),
      deadLettersUrl: sqs.urlOf(lettersOf(name)),
      deadLettersArn: sqs.arnOf(lettersOf(name)),
    });
    const [ingest, handler] = names;
    const copies = createSqsDeadLetters(sqs.client, sqs.urlOf(lettersOf(handler)));
    return {
      queueAdmin: createSqsQueueAdmin(sqs.client, {
        ingest: place(ingest),
        'handler/customer': place(handler),
      }),
      async deadLetter(...numbers) {
        for (const [index, n] of numbers.entries()) {
          const copy = event({ resource: { typeId: 'customer', id: idOf(n) }, traceId: `trace-${index}` });
          await copies.send({ ...copy, messageId: `m-${index}`, reason: 'INVALID:email' }, groupId(copy));
        }
      },
    };
  }

  async function inMemory(): Promise<World> {
    const queueAdmin = createMemoryQueueAdmin(['ingest', 'handler/customer']);
    return {
      queueAdmin,
      deadLetter: async (...numbers) =>
        queueAdmin.put(
          letters,
          ...numbers.map((n) => ({ id: idOf(n), version: event().version, kind: 'UPSERT' as const })),
        ),
    };
  }

  describe.each([
    ['in memory', inMemory],
    ['on SQS', onSqs],
  ] as const)('%s', (_, open) => {
    const ready = async ({ queueAdmin }: World, name: string) => (await queueAdmin.state(name)).ready;

    test('knows its queues and their dead letters by name', async () => {
      const { queueAdmin } = await open();
      expect(queueAdmin.names()).toEqual([
        'ingest',
        'ingest/dead-letters',
        'handler/customer',
        'handler/customer/dead-letters',
      ]);
      expect(await queueAdmin.state('ingest')).toEqual({
        name: 'ingest',
        ready: 0,
        inFlight: 0,
        delayed: 0,
        isDeadLetters: false,
      });
      await expect(queueAdmin.state('nowhere')).rejects.toMatchObject({ code: 'QUEUE_UNKNOWN' });
    });

    test('counts dead letters', async () => {
      const world = await open();
      await world.deadLetter(1, 2, 3);
      expect(await world.queueAdmin.state(letters)).toMatchObject({ ready: 3, isDeadLetters: true });
    });

    test('redrives all dead letters to their queue, and none if there are none', async () => {
      const world = await open();
      expect(await world.queueAdmin.redrive(letters)).toEqual({ messages: 0 });
      await world.deadLetter(1, 2, 3);
      expect(await world.queueAdmin.redrive(letters)).toEqual({ messages: 3 });
      await expect.poll(() => ready(world, 'handler/customer')).toBe(3);
      expect(await ready(world, letters)).toBe(0);
    });

    test('empties a queue', async () => {
      const world = await open();
      await world.deadLetter(1, 2);
      await world.queueAdmin.purge(letters);
      expect(await ready(world, letters)).toBe(0);
    });
  });

  test('a missing queue is a configuration failure, and one that does not answer is a retry', async () => {
    const { queueAdmin } = await onSqs();
    await sqs.call('DeleteQueue', { QueueUrl: sqs.urlOf(`ingest-${round}`) });
    await expect(queueAdmin.state('ingest')).rejects.toMatchObject({ failureClass: 'configuration' });
    const { client, endpoint } = lostSqs();
    const place = { url: `${endpoint}/a`, deadLettersUrl: `${endpoint}/b`, deadLettersArn: 'arn' };
    await expect(createSqsQueueAdmin(client, { ingest: place }).state('ingest')).rejects.toMatchObject({
      failureClass: 'retry',
    });
    client.destroy();
  });
});
