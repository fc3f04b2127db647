import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSqsDeadLetterCopies } from '../../lambdas/adapters/aws/sqs-dead-letter-copies.ts';
import { createSqsDeadLetters } from '../../lambdas/adapters/aws/sqs-dead-letters.ts';
import { createSqsHandlerQueues } from '../../lambdas/adapters/aws/sqs-handler-queues.ts';
import { madeGoodBy } from '../../lambdas/core/delivery/dead-letter.ts';
import type { Change } from '../../lambdas/core/delivery/pending-change.ts';
import type { DeadLetterCopies } from '../../lambdas/core/delivery/ports/dead-letter-copies.ts';
import { groupId } from '../../lambdas/core/delivery/resource-event.ts';
import { type EmbeddedSqs, lostSqs, startEmbeddedSqs } from '../builders/embedded-sqs.ts';
import { change, eventBridgeEvent, idOf } from '../builders/notification.ts';
import { event } from '../builders/records.ts';
import { createMemoryQueueAdmin } from '../fakes/memory-queue-admin.ts';

const queue = 'handler/customer';
const resourceOf = (n: number) => `customer/${idOf(n)}`;
const update = { version: event().version, kind: 'UPSERT' } as const;
/** Matches the copies that an update of these customers, of the same version, makes good. */
const updatesOf = (...numbers: readonly number[]) =>
  madeGoodBy(new Map(numbers.map((n) => [resourceOf(n), update])));

/** Dead letters of a handler, and a way to add some. */
interface World {
  readonly copies: DeadLetterCopies;
  deadLetter(...numbers: readonly number[]): Promise<void>;
  /** Adds the dead letter of a delete of the first customer. */
  deadLetterDelete(over: { dataErasure?: true }): Promise<void>;
  /** How many can be received. */
  ready(): Promise<number>;
}

describe('the copies in a dead-letter queue', () => {
  let sqs: EmbeddedSqs;
  let round = 0;
  beforeAll(async () => {
    sqs = await startEmbeddedSqs();
  });
  afterAll(() => sqs.stop());
  beforeEach(() => void round++);

  async function onSqs(): Promise<World & { readonly url: string }> {
    const url = await sqs.makeQueue(`dead-${round}.fifo`);
    const letters = createSqsDeadLetters(sqs.client, url);
    return {
      url,
      copies: createSqsDeadLetterCopies(sqs.client, { [queue]: url }),
      async deadLetter(...numbers) {
        for (const [index, n] of numbers.entries()) {
          const copy = event({ resource: { typeId: 'customer', id: idOf(n) }, traceId: `trace-${index}` });
          await letters.send({ ...copy, messageId: `m-${index}`, reason: 'INVALID:email' }, groupId(copy));
        }
      },
      async deadLetterDelete(over) {
        const copy = event({ resource: { typeId: 'customer', id: idOf(1) }, kind: 'DELETE', ...over });
        await letters.send({ ...copy, messageId: 'm-delete', reason: 'GAVE_UP_AGE' }, groupId(copy));
      },
      ready: async () => {
        const AttributeNames = ['ApproximateNumberOfMessages'];
        const { Attributes } = (await sqs.call('GetQueueAttributes', { QueueUrl: url, AttributeNames })) as {
          Attributes: Record<string, string>;
        };
        return Number(Attributes['ApproximateNumberOfMessages']);
      },
    };
  }

  async function inMemory(): Promise<World> {
    const queueAdmin = createMemoryQueueAdmin([queue]);
    const letters = `${queue}/dead-letters`;
    return {
      copies: queueAdmin.copies,
      deadLetter: async (...numbers) =>
        queueAdmin.put(letters, ...numbers.map((n): Change & { id: string } => ({ ...update, id: idOf(n) }))),
      deadLetterDelete: async (over) =>
        queueAdmin.put(letters, { id: idOf(1), version: update.version, kind: 'DELETE', ...over }),
      ready: async () => queueAdmin.held(letters).length,
    };
  }

  describe.each([
    ['in memory', inMemory],
    ['on SQS', onSqs],
  ] as const)('%s', (_, open) => {
    test('of the given customers are removed, and all others stay ready', async () => {
      const { copies, deadLetter, ready } = await open();
      await deadLetter(1, 2, 3, 1, 4, 5, 6, 7, 8, 9, 10, 11, 1);
      expect(await copies.remove(queue, updatesOf(1, 11, 99), { limit: 1_000 })).toEqual({
        removed: 4,
        isWhole: true,
      });
      expect(await ready()).toBe(9);
      expect(await copies.remove(queue, updatesOf(1), { limit: 1_000 })).toEqual({
        removed: 0,
        isWhole: true,
      });
    });

    test.each([
      ['an update', { kind: 'UPSERT' }, {}, 0],
      ['an update', { kind: 'UPSERT' }, { dataErasure: true }, 0],
      ['a delete', { kind: 'DELETE' }, { dataErasure: true }, 0],
      ['a delete', { kind: 'DELETE' }, {}, 1],
      ['an erasure', { kind: 'DELETE', dataErasure: true }, { dataErasure: true }, 1],
    ] as const)('%s (%j) makes a copy of a delete with %j good %d times', async (_, sent, over, removed) => {
      const { copies, deadLetterDelete, ready } = await open();
      await deadLetterDelete(over);
      const isMoot = madeGoodBy(new Map([[resourceOf(1), { ...sent, version: update.version }]]));
      expect(await copies.remove(queue, isMoot, { limit: 10 })).toMatchObject({ removed });
      expect(await ready()).toBe(1 - removed);
    });

    test('of a newer change are not made good by an older one', async () => {
      const { copies, deadLetter } = await open();
      await deadLetter(1);
      const older = new Map([[resourceOf(1), { kind: 'UPSERT', version: update.version - 1 } as const]]);
      expect(await copies.remove(queue, madeGoodBy(older), { limit: 10 })).toMatchObject({ removed: 0 });
    });

    test('that were not received are not counted: the pass is not whole', async () => {
      const { copies, deadLetter, ready } = await open();
      await deadLetter(...Array.from({ length: 25 }, (_, n) => n));
      expect(await copies.remove(queue, updatesOf(99), { limit: 10 })).toEqual({
        removed: 0,
        isWhole: false,
      });
      expect(await ready()).toBe(25);
    });

    test('are received again at once, however many were left in the queue', async () => {
      const { copies, deadLetter, ready } = await open();
      await deadLetter(...Array.from({ length: 25 }, (_, n) => n));
      expect(await copies.remove(queue, updatesOf(99), { limit: 1_000 })).toEqual({
        removed: 0,
        isWhole: true,
      });
      expect(await ready()).toBe(25);
    });

    test('of an unknown queue: throws QUEUE_UNKNOWN', async () => {
      const { copies } = await open();
      await expect(copies.remove('handler/order', updatesOf(1), { limit: 10 })).rejects.toMatchObject({
        failureClass: 'configuration',
        code: 'QUEUE_UNKNOWN',
      });
    });
  });

  test('are left for the next pass when the time of this one is over', async () => {
    const { url, deadLetter, ready } = await onSqs();
    await deadLetter(...Array.from({ length: 12 }, (_, n) => n));
    const copies = createSqsDeadLetterCopies(sqs.client, { [queue]: url }, () => 1_000);
    expect(await copies.remove(queue, updatesOf(99), { limit: 1_000, until: 1_000 })).toEqual({
      removed: 0,
      isWhole: false,
    });
    expect(await ready()).toBe(12);
  });

  test('are recognised where SQS moved an event itself, its body with it; what cannot be read stays', async () => {
    const { copies, url, ready } = await onSqs();
    const one = event({ resource: { typeId: 'customer', id: idOf(1) }, body: { email: 'jane@example.com' } });
    const typeId = 'commercetools.connect.customer.upsert';
    await createSqsHandlerQueues(sqs.client, { customer: url }).send([
      { handler: 'customer', typeId, event: one },
    ]);
    await sqs.call('SendMessage', {
      QueueUrl: url,
      MessageBody: 'what is this',
      MessageGroupId: 'g',
      MessageDeduplicationId: 'd',
    });
    expect(await copies.remove(queue, ({ resource }) => resource === resourceOf(1), { limit: 100 })).toEqual({
      removed: 1,
      isWhole: true,
    });
    expect(await ready()).toBe(1);
  });

  test('are recognised where a notification could not be handed over, bare or in its envelope', async () => {
    const url = await sqs.makeQueue(`ingest-${round}`);
    const copies = createSqsDeadLetterCopies(sqs.client, { ingest: url });
    const notification = change('ResourceUpdated', { resource: { typeId: 'customer', id: idOf(1) } });
    for (const MessageBody of [
      JSON.stringify(notification),
      JSON.stringify(eventBridgeEvent(notification)),
      JSON.stringify(change('ResourceUpdated', { resource: { typeId: 'customer', id: idOf(2) } })),
      JSON.stringify(change('ResourceUpdated', { resource: { typeId: 'order', id: idOf(1) } })),
    ])
      await sqs.call('SendMessage', { QueueUrl: url, MessageBody });
    const isMoot = ({ resource }: { resource: string }) => resource === resourceOf(1);
    expect(await copies.remove('ingest', isMoot, { limit: 100 })).toEqual({ removed: 2, isWhole: true });
  });

  test('cannot be removed while SQS does not answer: that is a retry', async () => {
    const { client, endpoint } = lostSqs();
    const copies = createSqsDeadLetterCopies(client, { ingest: `${endpoint}/a` });
    await expect(copies.remove('ingest', () => true, { limit: 10 })).rejects.toMatchObject({
      failureClass: 'retry',
    });
    client.destroy();
  });
});
