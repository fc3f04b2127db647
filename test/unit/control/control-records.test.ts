import { describe, expect, test } from 'vitest';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import { receiptSubject } from '../../../lambdas/core/delivery/receipt-subject.ts';
import { createControlBench } from '../../builders/control-bench.ts';
import { idOf } from '../../builders/notification.ts';
import { createMemoryHandlerFunctions } from '../../fakes/memory-handler-functions.ts';
import { createMemoryHandlerQueues } from '../../fakes/memory-queues.ts';

type Bench = ReturnType<typeof createControlBench>;
const upsert = { version: 3, kind: 'UPSERT' as const };
const committed = { version: 3, hash: 'h', mapperVersion: 1 };
const events = (bench: Bench) => bench.queues.sent.map(({ event }) => event);

describe('process', () => {
  test('sends every recorded change once and deletes the recording', async () => {
    const bench = createControlBench();
    for (let n = 1; n <= 250; n++) await bench.pending.record(bench.keyOf(n), upsert);
    expect(await bench.done('record.process', {})).toEqual({ sent: 250, left: 0 });
    expect(new Set(events(bench).map(({ resource }) => resource.id)).size).toBe(250);
    expect(events(bench)[0]).toMatchObject({ ...upsert, process: true, projectKey: 'local' });
    expect(events(bench)[0]).not.toHaveProperty('force');
    expect(await bench.done('record.process', {})).toEqual({ sent: 0, left: 0 });
  });

  test('sends a recorded delete and erasure as such', async () => {
    const bench = createControlBench();
    await bench.pending.record(bench.keyOf(1), { version: 9, kind: 'DELETE', dataErasure: true });
    await bench.done('record.process', { ids: [idOf(1)] });
    expect(events(bench)).toMatchObject([{ version: 9, kind: 'DELETE', dataErasure: true, process: true }]);
  });

  test('sends only the named customers, each request with its own trace id', async () => {
    const bench = createControlBench();
    for (const n of [1, 2, 3]) await bench.pending.record(bench.keyOf(n), upsert);
    expect(await bench.done('record.process', { ids: [idOf(2)] })).toEqual({ sent: 1, left: 2 });
    await bench.done('record.process', { ids: [idOf(3)] });
    const [second, third] = events(bench);
    expect(second?.resource.id).toBe(idOf(2));
    expect(second?.traceId).not.toBe(third?.traceId);
  });

  test('includes an excluded customer with a forced event, and leaves the others', async () => {
    const bench = createControlBench();
    await bench.store.commitSynced(bench.keyOf(1), { ...committed, version: 7 });
    bench.have(1, 2);
    await bench.done('record.skip', { ids: [idOf(1), idOf(2)] });
    expect(await bench.done('record.process', { ids: [idOf(1)] })).toEqual({ sent: 1, left: 0 });
    expect(events(bench)).toMatchObject([{ version: 7, kind: 'UPSERT', force: true, process: true }]);
    const rows = await bench.store.read([bench.keyOf(1), bench.keyOf(2)]);
    expect(rows.get(idOf(1))?.isSkipped).toBeUndefined();
    expect(rows.get(idOf(2))?.isSkipped).toBe(true);
  });

  test('forces the event of a recorded and excluded customer, because its later changes were skipped', async () => {
    const bench = createControlBench();
    bench.have(1);
    await bench.pending.record(bench.keyOf(1), upsert);
    await bench.store.commitSynced(bench.keyOf(1), committed);
    await bench.done('record.skip', { ids: [idOf(1)] });
    expect(await bench.done('record.process', { ids: [idOf(1)] })).toEqual({ sent: 1, left: 0 });
    expect(events(bench)).toMatchObject([{ ...upsert, force: true, process: true }]);
    expect((await bench.store.read([bench.keyOf(1)])).get(idOf(1))?.isSkipped).toBeUndefined();
  });

  test('keeps a customer excluded whose recorded change the queue refused', async () => {
    const queues = createMemoryHandlerQueues();
    const refusesFirst: typeof queues = {
      ...queues,
      send: async () => new Set([0]),
    };
    const bench = createControlBench({ queues: refusesFirst });
    bench.have(1, 2);
    for (const n of [1, 2]) await bench.pending.record(bench.keyOf(n), upsert);
    await bench.done('record.skip', { ids: [idOf(1), idOf(2)] });
    expect(await bench.done('record.process', { ids: [idOf(1), idOf(2)] })).toEqual({ sent: 1, left: 1 });
    const rows = await bench.store.read([bench.keyOf(1), bench.keyOf(2)]);
    expect(rows.get(idOf(1))?.isSkipped).toBe(true);
    expect(rows.get(idOf(2))?.isSkipped).toBeUndefined();
  });

  test('without ids leaves excluded customers recorded, but sends their deletes', async () => {
    const bench = createControlBench();
    bench.have(1, 2, 3);
    for (const n of [1, 2]) await bench.pending.record(bench.keyOf(n), upsert);
    await bench.pending.record(bench.keyOf(3), { version: 9, kind: 'DELETE' });
    await bench.done('record.skip', { ids: [idOf(2), idOf(3)] });
    expect(await bench.done('record.process', {})).toEqual({ sent: 2, left: 1 });
    expect(events(bench).map(({ resource }) => resource.id)).toEqual([idOf(1), idOf(3)]);
    expect(await bench.done('record.process', {})).toEqual({ sent: 0, left: 1 });
    expect(await bench.done('record.process', { ids: [idOf(2)] })).toEqual({ sent: 1, left: 0 });
  });

  test('keeps the changes that the queue refused', async () => {
    const queues = createMemoryHandlerQueues(new Set(['customer']));
    const bench = createControlBench({ queues });
    await bench.pending.record(bench.keyOf(1), upsert);
    bench.have(2);
    await bench.done('record.skip', { ids: [idOf(2)] });
    expect(await bench.refusal('record.process', {})).toBe('unavailable QUEUE_UNREACHABLE');
    expect(await bench.refusal('record.process', { ids: [idOf(1), idOf(2)] })).toBe(
      'unavailable QUEUE_UNREACHABLE',
    );
    expect(await bench.pending.count(bench.scope)).toBe(1);
    expect((await bench.store.read([bench.keyOf(2)])).get(idOf(2))?.isSkipped).toBe(true);
  });

  test('sends the recorded customers and names the unknown ids', async () => {
    const bench = createControlBench();
    await bench.pending.record(bench.keyOf(1), upsert);
    const ids = [idOf(1), idOf(2)];
    expect(await bench.done('record.process', { ids })).toEqual({ sent: 1, left: 0, unknown: [idOf(2)] });
  });

  test('refuses ids of which none is recorded or excluded', async () => {
    const bench = createControlBench();
    bench.have(1);
    expect(await bench.refusal('record.process', { ids: [idOf(1)] })).toBe('not-found NOTHING_RECORDED');
    expect(await bench.refusal('record.process', { ids: ['jane@example.com'] })).toBe(
      'invalid INVALID_INPUT',
    );
  });
});

describe('records', () => {
  test('of a class are listed page by page, the skipped ones until they are included again', async () => {
    const bench = createControlBench();
    bench.have(1, 2, 3);
    await bench.done('record.skip', { ids: [idOf(1), idOf(2)] });
    await bench.pending.record(bench.keyOf(3), { version: 9, kind: 'DELETE' });
    const since = bench.time.now;
    expect(await bench.done('record.list', { class: 'recorded' })).toEqual({
      records: [{ id: idOf(3), since, version: 9, kind: 'DELETE' }],
    });
    const first = await bench.done('record.list', { class: 'skipped', limit: 1 });
    expect(first.records).toEqual([{ id: idOf(1), since }]);
    const { records } = await bench.done('record.list', { class: 'skipped', limit: 1, cursor: first.next });
    expect(records).toEqual([{ id: idOf(2), since }]);
    await bench.done('record.process', { ids: [idOf(1)] });
    expect((await bench.done('record.list', { class: 'skipped' })).records).toEqual([{ id: idOf(2), since }]);
  });

  test('of the class skipped are listed only if the sync record says so', async () => {
    const { store, keyOf } = createControlBench();
    const entry = (n: number) => ({ id: idOf(n), resourceType: 'customer', since: 1 });
    const bench = createControlBench({
      store: { ...store, skipped: async () => ({ items: [entry(1), entry(2), entry(3)], next: 'more' }) },
    });
    await store.setSkipped(keyOf(1), true);
    await store.commitDeleted(keyOf(2), { version: 4, erased: true });
    expect(await bench.done('record.list', { class: 'skipped' })).toEqual({
      records: [{ id: idOf(1), since: 1 }],
      next: 'more',
    });
  });

  test('of an unknown class or handler are refused', async () => {
    const bench = createControlBench();
    expect(await bench.refusal('record.list', { class: 'failed' as never })).toBe('invalid INVALID_INPUT');
    const order = { class: 'skipped' as const, handler: 'order' };
    expect(await bench.refusal('record.list', order)).toBe('not-found HANDLER_UNKNOWN');
  });
});

describe('skip', () => {
  test('excludes live and new customers, but not deleted ones', async () => {
    const bench = createControlBench();
    bench.have(1, 2);
    await bench.store.commitDeleted(bench.keyOf(3), { version: 4, erased: false });
    const ids = [idOf(1), idOf(2), idOf(3), idOf(1)];
    expect(await bench.done('record.skip', { ids })).toEqual({ skipped: 2 });
    expect((await bench.store.read([bench.keyOf(1)])).get(idOf(1))?.isSkipped).toBe(true);
  });

  test('refuses all ids if one is unknown, and changes nothing', async () => {
    const bench = createControlBench();
    bench.have(1);
    const given = await bench.ask('record.skip', { ids: [idOf(1), idOf(9)] });
    expect(given).toMatchObject({ ok: false, error: { kind: 'not-found', code: 'RECORD_UNKNOWN' } });
    if (!given.ok) expect(given.error.message).toContain(idOf(9));
    expect(bench.store.rows().size).toBe(0);
  });
});

describe('link', () => {
  const link = { id: idOf(1), username: 'old-shop-17' };

  test('stores the Fluent username and syncs at once', async () => {
    const bench = createControlBench();
    bench.have(1);
    expect(await bench.done('record.link', link)).toMatchObject({ done: true });
    expect((await bench.store.read([bench.keyOf(1)])).get(idOf(1))).toMatchObject({
      ref: 'old-shop-17',
      isLinked: true,
    });
    expect(events(bench)).toMatchObject([{ version: 1, kind: 'UPSERT', force: true }]);
  });

  test.each([
    ['a username that Fluent does not have', { isKnown: false }, 'not-found REF_UNKNOWN'],
    ['the Fluent customer of another customer', { isKnown: true, markedAs: idOf(2) }, 'conflict REF_TAKEN'],
  ])('refuses %s and changes nothing', async (_, found, refusal) => {
    const handlerFunctions = createMemoryHandlerFunctions({ 'look-up-ref': () => found });
    const bench = createControlBench({ handlerFunctions });
    bench.have(1);
    expect(await bench.refusal('record.link', link)).toBe(refusal);
    expect(bench.store.rows().size).toBe(0);
    expect(bench.queues.sent).toEqual([]);
  });

  test('accepts the Fluent customer that already belongs to the customer', async () => {
    const found = { isKnown: true, markedAs: idOf(1) };
    const bench = createControlBench({
      handlerFunctions: createMemoryHandlerFunctions({ 'look-up-ref': () => found }),
    });
    bench.have(1);
    expect(await bench.refusal('record.link', link)).toBe('done');
  });

  test('refuses a deleted and an unknown customer', async () => {
    const bench = createControlBench();
    expect(await bench.refusal('record.link', link)).toBe('not-found RECORD_UNKNOWN');
    await bench.store.commitDeleted(bench.keyOf(1), { version: 4, erased: false });
    expect(await bench.refusal('record.link', link)).toBe('conflict RECORD_DELETED');
  });
});

test('an unread sync record is not taken for a missing one', async () => {
  const own = createControlBench();
  const bench = createControlBench({ store: { ...own.store, read: async () => new Map() } });
  bench.have(1);
  const ids = [idOf(1)];
  for (const [operation, input] of [
    ['record.skip', { ids }],
    ['record.process', { ids }],
    ['record.link', { id: idOf(1), username: 'x' }],
    ['failure.retry', { ids }],
    ['explain', { subject: { id: idOf(1) } }],
  ] as const)
    expect(await bench.refusal(operation, input), operation).toMatch(/^unavailable /);
  expect(bench.queues.sent).toEqual([]);
});

describe('erase', () => {
  test('requests the erasure through the queue of the handler, and names its receipt', async () => {
    const bench = createControlBench();
    await bench.store.commitSynced(bench.keyOf(1), committed);
    const { subject, requestId } = await bench.done('record.erase', { id: idOf(1) });
    expect(events(bench)).toEqual([
      {
        projectKey: 'local',
        resource: { typeId: 'customer', id: idOf(1) },
        version: 0,
        kind: 'DELETE',
        dataErasure: true,
        traceId: requestId,
      },
    ]);
    expect(await bench.done('record.receipt', { id: idOf(1) })).toEqual({});
    const receipt = { subject, erasedAt: 5, how: 'erased', traceId: requestId, incomplete: ['department'] };
    await bench.receipts.put(receipt);
    expect(await bench.done('record.receipt', { id: idOf(1) })).toEqual({ receipt });
    expect(subject).toBe(receiptSubject(bench.keyOf(1)));
    // Each handler erases its own data and has its own receipt.
    expect(subject).not.toBe(receiptSubject({ ...bench.keyOf(1), handlerId: 'loyalty' }));
    expect(subject).not.toContain(idOf(1));
  });

  test('refuses a customer that commercetools still has, without evenIfPresent', async () => {
    const bench = createControlBench();
    bench.have(1);
    expect(await bench.refusal('record.erase', { id: idOf(1) })).toBe('conflict STILL_PRESENT');
    expect(bench.queues.sent).toEqual([]);
    expect(await bench.refusal('record.erase', { id: idOf(1), evenIfPresent: true })).toBe('done');
  });

  test('fails if the queue refuses the request', async () => {
    const bench = createControlBench({ queues: createMemoryHandlerQueues(new Set(['customer'])) });
    await bench.store.commitSynced(bench.keyOf(1), committed);
    expect(await bench.refusal('record.erase', { id: idOf(1) })).toBe('unavailable QUEUE_UNREACHABLE');
  });

  test('refuses an unknown customer, without evenIfUnknown', async () => {
    const bench = createControlBench();
    expect(await bench.refusal('record.erase', { id: idOf(1) })).toBe('not-found RECORD_UNKNOWN');
    expect(bench.queues.sent).toEqual([]);
    expect(await bench.refusal('record.erase', { id: idOf(1), evenIfUnknown: true })).toBe('done');
  });

  test('needs no answer of commercetools for a known customer with evenIfPresent', async () => {
    const own = createControlBench();
    const down = new ConnectorError({ failureClass: 'retry', code: 'COMMERCETOOLS_503' }, 'Down.');
    const bench = createControlBench({ lister: { ...own.lister, exists: () => Promise.reject(down) } });
    await bench.store.commitSynced(bench.keyOf(1), committed);
    expect(await bench.refusal('record.erase', { id: idOf(1), evenIfPresent: true })).toBe('done');
    expect(await bench.refusal('record.erase', { id: idOf(1) })).toBe('unavailable COMMERCETOOLS_503');
  });

  test.each<[string, (bench: Bench) => Promise<unknown>]>([
    ['a sync record', (bench) => bench.store.commitDeleted(bench.keyOf(1), { version: 4, erased: true })],
    ['a recorded change', (bench) => bench.pending.record(bench.keyOf(1), upsert)],
    [
      'a receipt',
      (bench) =>
        bench.receipts.put({
          ...{ subject: receiptSubject(bench.keyOf(1)), erasedAt: 5, how: 'erased', traceId: 't' },
          incomplete: [],
        }),
    ],
    ['a Fluent customer', async (bench) => bench.inspected.set(idOf(1), { class: 'orphan', isInOms: true })],
    [
      'an outage of Fluent',
      async (bench) => bench.inspected.set(idOf(1), { unavailable: { oms: 'FLUENT_503' } }),
    ],
  ])('accepts a customer of which only %s is known', async (_, give) => {
    const bench = createControlBench();
    await give(bench);
    expect(await bench.refusal('record.erase', { id: idOf(1) })).toBe('done');
  });
});
