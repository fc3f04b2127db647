import { describe, expect, test } from 'vitest';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import type { RepairClass } from '../../../lambdas/core/runs/difference.ts';
import type { InspectedResource } from '../../../lambdas/core/runs/handler-request.ts';
import { idOf } from '../../builders/notification.ts';
import { createRunBench, noon, type RunBench } from '../../builders/run-bench.ts';

const iso = (time: number) => new Date(time).toISOString();

/** 12 customers in sync, 2 never synced, 1 ahead, 1 failed at its version, 1 excluded, 1 deleted for good. */
async function mixed(): Promise<RunBench> {
  const bench = createRunBench({ settings: { pageSize: 5 } });
  await bench.plantAll(12, true);
  for (const n of [13, 14]) bench.plant(n);
  await bench.commit(15, 2);
  bench.plant(15, { version: 5 });
  bench.plant(16, { version: 3 });
  await bench.ports.store.markFailed(bench.keyOf(idOf(16)), { version: 3, code: 'EMAIL_MISSING' });
  bench.plant(17, { version: 3 });
  await bench.ports.store.setSkipped(bench.keyOf(idOf(17)), true);
  bench.plant(18, { version: 3 });
  await bench.ports.store.commitDeleted(bench.keyOf(idOf(18)), { version: 2, erased: true });
  return bench;
}

describe('an incremental run', () => {
  test('queues customers that changed in the window and are newer than their sync record, and moves its own watermark', async () => {
    const bench = await mixed();
    await bench.setWatermark('incremental', noon - 3_600_000);
    bench.plant(14, { lastModifiedAt: iso(noon - 2 * 3_600_000) });
    const { id } = await bench.start({ mode: 'incremental' });
    await bench.feedAll();
    expect(bench.sent()).toEqual([13, 15]);
    expect(await bench.run(id)).toMatchObject({
      mode: 'incremental',
      status: 'finished',
      window: { from: noon - 3_600_000 - 600_000, to: noon },
      counts: { listed: 17, planned: 2 },
    });
    expect(await bench.report(id)).toEqual([]);
    expect(await bench.watermarks()).toEqual({ incremental: noon, reconcile: undefined });
    expect(bench.count('Drift')).toBe(0);
  });

  test('queues the 7 changed customers of 1,234, with a window that stays fixed while customers change', async () => {
    const bench = createRunBench();
    await bench.plantAll(1_234, true);
    await bench.setWatermark('incremental', noon - 60_000);
    for (const n of [1, 2, 500, 501, 700, 1_000, 1_234])
      bench.plant(n, { version: 2, lastModifiedAt: iso(noon - 30_000) });
    await bench.start({ mode: 'incremental' });
    await bench.tick();
    bench.time.now += 60_000;
    // A change after the start of the run belongs to the next run.
    bench.plant(1_233, { version: 2, lastModifiedAt: iso(noon + 1) });
    await bench.feedAll();
    expect(bench.sent()).toEqual([1, 2, 500, 501, 700, 1_000, 1_234]);
  });
});

describe('a run over named customers', () => {
  test('queues the existing customers, read in bulk, and reports the others', async () => {
    const bench = createRunBench({ settings: { pageSize: 100 } });
    await bench.plantAll(150, true);
    const ids = [...Array.from({ length: 160 }, (_, n) => idOf(160 - n)), idOf(3)];
    const { id } = await bench.start({ mode: 'ids', options: { ids, force: true } });
    await bench.feedAll();
    expect(bench.sent()).toHaveLength(150);
    expect(new Set(bench.sent()).size).toBe(150);
    expect(bench.calls).toEqual(['byIds', 'byIds']);
    expect(bench.ports.queues.sent.every(({ event }) => event.force === true)).toBe(true);
    expect(await bench.report(id)).toEqual(
      Array.from({ length: 10 }, (_, n) => ({ id: 151 + n, class: 'failed', code: 'NOT_AT_SOURCE' })),
    );
    expect(await bench.run(id)).toMatchObject({
      status: 'finished',
      expected: 160,
      counts: { listed: 160, planned: 150, classes: { failed: 10 } },
    });
  });
});

describe('a reconcile by versions', () => {
  test('reports exactly what is not in sync, queues nothing, and leaves the watermark unchanged', async () => {
    const bench = await mixed();
    await bench.setWatermark('reconcile', noon - 3_600_000);
    const { id } = await bench.start({ mode: 'reconcile' });
    await bench.feedAll();
    expect(bench.sent()).toEqual([]);
    expect(await bench.report(id)).toEqual([
      { id: 16, class: 'failed', sourceVersion: 3, writtenVersion: 0, code: 'EMAIL_MISSING' },
      { id: 13, class: 'missing', sourceVersion: 1 },
      { id: 14, class: 'missing', sourceVersion: 1 },
      { id: 15, class: 'source-ahead', sourceVersion: 5, writtenVersion: 2 },
    ]);
    expect(await bench.run(id)).toMatchObject({
      status: 'finished',
      window: { from: noon - 3_600_000 - 600_000, to: noon },
      counts: {
        listed: 18,
        planned: 0,
        classes: { 'in-sync': 14, missing: 2, 'source-ahead': 1, failed: 1 },
      },
    });
    expect(await bench.watermarks()).toEqual({ incremental: undefined, reconcile: noon - 3_600_000 });
    expect([bench.count('Drift'), bench.count('Repaired'), bench.count('Differences')]).toEqual([3, 0, 0]);
  });

  test('queues only the classes to repair, without force, and marks them in the report', async () => {
    const bench = await mixed();
    const { id } = await bench.start({ mode: 'reconcile', options: { repair: ['missing'] } });
    await bench.feedAll();
    expect(bench.sent()).toEqual([13, 14]);
    expect(bench.ports.queues.sent[0]?.event).not.toHaveProperty('force');
    expect((await bench.report(id)).filter(({ queued }) => queued).map(({ id }) => id)).toEqual([13, 14]);
    expect(bench.count('Repaired')).toBe(2);
    // The source-ahead customer was not repaired, so the next reconcile must list it again.
    expect(await bench.watermarks()).toEqual({ incremental: undefined, reconcile: undefined });
  });

  test('moves its watermark if it repairs everything, and finds nothing the second time', async () => {
    const bench = await mixed();
    const repair: RepairClass[] = ['source-ahead', 'missing'];
    await bench.start({ mode: 'reconcile', options: { repair } });
    await bench.feedAll();
    expect(bench.sent()).toEqual([13, 14, 15]);
    expect(await bench.watermarks()).toEqual({ incremental: undefined, reconcile: noon });
    bench.time.now += 60_000;
    const again = await bench.start({ mode: 'reconcile', options: { repair } });
    await bench.feedAll();
    expect(bench.sent()).toHaveLength(3);
    expect(await bench.run(again.id)).toMatchObject({ window: { from: noon - 600_000 } });
    expect(bench.count('Drift')).toBe(3);
  });

  test('marks recent changes, queues them like the others, and does not count them as drift', async () => {
    const bench = await mixed();
    bench.plant(13, { lastModifiedAt: iso(noon - 59_000) });
    bench.plant(12, { lastModifiedAt: iso(noon - 59_000) });
    const options = { repair: ['missing' as const, 'source-ahead' as const] };
    const { id } = await bench.start({ mode: 'reconcile', options });
    await bench.feedAll();
    expect(bench.sent()).toEqual([13, 14, 15]);
    expect((await bench.report(id)).filter(({ code }) => code === 'RECENT').map((one) => one.id)).toEqual([
      13,
    ]);
    expect([bench.count('Drift'), bench.count('Repaired')]).toEqual([2, 2]);
  });

  test.each([
    ['was stopped and is caught up', { startedBy: 'catch-up:jo' }, {}],
    ['is stopped', {}, { stopped: { since: noon, by: 'jo' } }],
    ['was stopped and is not caught up yet', {}, { catchUpFrom: noon }],
  ])('does not count its repairs as lost events while real-time sync %s', async (_, request, intake) => {
    const bench = await mixed();
    await bench.ports.settings.intake().write(intake, 0);
    await bench.start({ mode: 'reconcile', options: { repair: ['missing'] }, ...request });
    await bench.feedAll();
    expect(bench.sent()).toEqual([13, 14]);
    expect([bench.count('Drift'), bench.count('Repaired')]).toEqual([3, 0]);
  });

  test('does not treat an unread sync record as missing', async () => {
    const bench = await mixed();
    const { read } = bench.ports.store;
    let reads = 0;
    bench.ports.store.read = async (keys) => {
      const rows = new Map(await read(keys));
      if (++reads === 1) rows.delete(idOf(2));
      return rows;
    };
    const { id } = await bench.start({ mode: 'reconcile' });
    await bench.feedAll();
    expect((await bench.run(id)).counts.classes).toMatchObject({ missing: 2 });
  });
});

describe('a reconcile with the OMS', () => {
  const inspected = (id: string, over: Partial<InspectedResource> = {}): InspectedResource => ({
    id,
    class: 'in-sync',
    sourceVersion: 1,
    writtenVersion: 1,
    isInOms: true,
    fields: [],
    ...over,
  });
  /** 3 missing, 2 stale, 1 edited by hand, 1 orphan, 1 unmappable. */
  const seen = new Map<number, Partial<InspectedResource>>([
    [10, { class: 'missing', isInOms: false }],
    [20, { class: 'missing', isInOms: false }],
    [120, { class: 'missing', isInOms: false }],
    [30, { class: 'source-ahead', sourceVersion: 4, fields: [{ field: 'firstName', changed: 'source' }] }],
    [40, { class: 'source-ahead', sourceVersion: 2 }],
    [50, { class: 'edited', fields: [{ field: 'primaryPhone', changed: 'oms', source: '1', oms: '2' }] }],
    [60, { class: 'unmappable', code: 'EMAIL_MISSING' }],
    [70, { class: 'deleted' }],
    [80, { class: 'unknown', code: 'FLUENT_500' }],
  ]);
  const orphan = idOf(999);
  const create = () =>
    createRunBench({
      answers: {
        inspect: ({ resources }) => ({
          resources: resources.map(({ id }) => inspected(id, seen.get(Number(id.slice(-12))))),
        }),
        'list-oms': ({ after }) =>
          after === undefined
            ? { records: [{ id: idOf(1) }, { id: orphan, ref: 'the-ref' }], next: 'two' }
            : { records: [{ id: idOf(2) }, { id: 'Jane', ref: 'Jane' }] },
      },
    });

  test('reports exactly the differences by field name and the orphans, and repairs the requested classes with force', async () => {
    const bench = create();
    await bench.plantAll(130);
    const repair: RepairClass[] = ['missing', 'source-ahead', 'edited'];
    const { id } = await bench.start({ mode: 'reconcile', options: { compare: 'oms', repair } });
    await bench.feedAll();
    const report = await bench.report(id);
    expect(report).toHaveLength(10);
    expect(report).toEqual(
      expect.arrayContaining([
        { id: 10, class: 'missing', sourceVersion: 1, writtenVersion: 1, queued: true },
        {
          id: 30,
          class: 'source-ahead',
          sourceVersion: 4,
          writtenVersion: 1,
          fields: [{ field: 'firstName', changed: 'source' }],
          queued: true,
        },
        {
          id: 50,
          class: 'edited',
          sourceVersion: 1,
          writtenVersion: 1,
          fields: [{ field: 'primaryPhone', changed: 'oms' }],
          queued: true,
        },
        { id: 60, class: 'unmappable', sourceVersion: 1, writtenVersion: 1, code: 'EMAIL_MISSING' },
        { id: 80, class: 'failed', sourceVersion: 1, writtenVersion: 1, code: 'FLUENT_500' },
        { id: 999, class: 'orphan', ref: 'the-ref' },
      ]),
    );
    expect(JSON.stringify(await bench.ports.runs.reported(id, { limit: 99 }))).not.toContain('Jane');
    expect(bench.sent()).toEqual([10, 20, 30, 40, 50, 120]);
    expect(bench.ports.queues.sent.every(({ event }) => event.force === true)).toBe(true);
    expect(await bench.run(id)).toMatchObject({
      status: 'finished',
      counts: {
        listed: 130,
        planned: 6,
        classes: {
          'in-sync': 122,
          missing: 3,
          'source-ahead': 2,
          edited: 1,
          unmappable: 1,
          failed: 1,
          orphan: 2,
        },
      },
    });
    // Of the six repairs, three were deletes in the OMS and one an edit there: no event was lost.
    expect([bench.count('Differences'), bench.count('Repaired'), bench.count('Drift')]).toEqual([8, 2, 0]);
  });

  test('requests 50 comparisons at a time with their bodies, 100 per page', async () => {
    const bench = create();
    await bench.plantAll(130);
    bench.plant(2, { note: 'x'.repeat(70_000) });
    await bench.start({ mode: 'reconcile', options: { compare: 'oms' } });
    await bench.feedAll();
    const requested = bench.ports.handlerFunctions.asked.flatMap(({ request }) =>
      request.request === 'inspect' ? [request.resources] : [],
    );
    expect(requested.map((resources) => resources.length)).toEqual([50, 50, 30]);
    expect(requested[0]?.slice(0, 2).map(({ body }) => body !== undefined)).toEqual([true, false]);
    expect(bench.sent()).toEqual([]);
  });

  test('does not search for orphans with a window, because a customer outside it would look like one', async () => {
    const bench = create();
    await bench.plantAll(3);
    const options = { compare: 'oms' as const, from: iso(noon - 3_600_000) };
    const { id } = await bench.start({ mode: 'reconcile', options });
    await bench.feedAll();
    expect((await bench.run(id)).counts.classes).toEqual({ 'in-sync': 3 });
  });

  test('continues later if the OMS does not answer', async () => {
    const bench = create();
    await bench.plantAll(3);
    const { ask } = bench.ports.handlerFunctions;
    let asks = 0;
    bench.ports.handlerFunctions.ask = (...question) => {
      if (++asks <= 2)
        throw new ConnectorError({ failureClass: 'retry', code: 'FLUENT_503', retryAfterSeconds: 60 }, 'x');
      return ask(...question);
    };
    const { id } = await bench.start({ mode: 'reconcile', options: { compare: 'oms' } });
    await bench.feedAll();
    expect(await bench.run(id)).toMatchObject({ status: 'finished' });
    expect(bench.time.now - noon).toBeGreaterThanOrEqual(120_000);
  });
});

describe('a sweep', () => {
  /** 100 synced customers, some of them deleted at the source without a notification. */
  const swept = async (gone: readonly number[], settings: object = {}) => {
    const bench = createRunBench({ settings: { pageSize: 30, ...settings } });
    await bench.plantAll(100, true);
    for (const n of gone) bench.customers.delete(idOf(n));
    return bench;
  };

  test('deletes customers that two checks, ten minutes apart, did not find, and reads in bulk first', async () => {
    const bench = await swept([42]);
    const { id } = await bench.start({ mode: 'sweep' });
    while ((await bench.run(id)).cursor.stage === 'source') await bench.tick();
    expect(bench.calls).toEqual(['byIds', 'byIds', 'exists', 'byIds', 'byIds']);
    expect(await bench.report(id)).toEqual([
      { id: 42, class: 'orphan', writtenVersion: 1, code: 'MISSED_ONCE' },
    ]);
    expect(bench.sent()).toEqual([]);
    const secondLookAt = bench.time.now + 600_000;
    await bench.feedAll();
    expect(bench.time.now).toBeGreaterThanOrEqual(secondLookAt);
    expect(bench.ports.queues.sent.map(({ event }) => event)).toEqual([
      expect.objectContaining({
        kind: 'DELETE',
        version: 0,
        entry: '5/0',
        resource: { typeId: 'customer', id: idOf(42) },
      }),
    ]);
    expect(await bench.report(id)).toEqual([
      { id: 42, class: 'orphan', writtenVersion: 1, code: 'MISSED_TWICE', queued: true },
    ]);
    expect(await bench.run(id)).toMatchObject({
      status: 'finished',
      counts: { listed: 100, planned: 1, classes: { orphan: 1 } },
    });
  });

  test('keeps a customer that is not listed but is found by its id', async () => {
    const bench = await swept([]);
    const { byIds } = bench.ports.lister;
    bench.ports.lister.byIds = async (query) => (await byIds(query)).filter(({ id }) => id !== idOf(7));
    const { id } = await bench.start({ mode: 'sweep' });
    await bench.feedAll();
    expect(bench.sent()).toEqual([]);
    expect(await bench.report(id)).toEqual([]);
    expect(await bench.run(id)).toMatchObject({ status: 'finished' });
  });

  test('keeps a customer that the second check finds', async () => {
    const bench = await swept([42]);
    const { id } = await bench.start({ mode: 'sweep' });
    while ((await bench.run(id)).cursor.stage === 'source') await bench.tick();
    bench.plant(42);
    await bench.feedAll();
    expect(bench.sent()).toEqual([]);
    expect(await bench.run(id)).toMatchObject({ counts: { classes: { orphan: 0, 'in-sync': 1 } } });
    expect(await bench.report(id)).toMatchObject([{ id: 42, code: 'SHOWN_AGAIN' }]);
  });

  test('only reports in a dry run, even above the cap', async () => {
    const bench = await swept([1, 2, 3, 4, 5]);
    const { id } = await bench.start({ mode: 'sweep', options: { dryRun: true } });
    await bench.feedAll();
    expect(bench.sent()).toEqual([]);
    expect(await bench.run(id)).toMatchObject({ status: 'finished', counts: { classes: { orphan: 5 } } });
    expect((await bench.report(id)).map(({ code }) => code)).toEqual(Array(5).fill('MISSED_TWICE'));
  });

  test('deletes nothing if it would delete more than the cap, and reports them all', async () => {
    const bench = await swept([1, 99]);
    const { id } = await bench.start({ mode: 'sweep' });
    await bench.feedAll();
    expect(bench.sent()).toEqual([]);
    expect(await bench.run(id)).toMatchObject({ status: 'failed', statusReason: 'SWEEP_CAP' });
    expect((await bench.report(id)).map((one) => one.id)).toEqual([1, 99]);
    expect(bench.count('RunsFailed')).toBe(1);
    const wider = await swept([1, 99], { sweepCap: 0.02 });
    await wider.start({ mode: 'sweep' });
    await wider.feedAll();
    expect(wider.sent()).toEqual([1, 99]);
  });
});

describe('a retry', () => {
  test('of a group of 12 removes their copies from the dead-letter queue and queues the 12, with force and bodies', async () => {
    const bench = createRunBench({ settings: { pageSize: 5 } });
    await bench.plantAll(12);
    const failure = { group: 'C0141E', code: 'C0141E', version: 1, traceId: 't', lastSeen: noon };
    for (let n = 1; n <= 12; n++) {
      await bench.ports.failures.add(bench.keyOf(idOf(n)), { ...failure, kind: 'UPSERT' });
      bench.ports.queueAdmin.put('handler/customer/dead-letters', idOf(n));
    }
    await bench.ports.failures.add(bench.keyOf(idOf(13)), { ...failure, group: 'X', kind: 'UPSERT' });
    bench.ports.queueAdmin.put('handler/customer/dead-letters', idOf(13));
    const { id } = await bench.start({ mode: 'retry', options: { group: 'C0141E' } });
    await bench.feedAll();
    expect(bench.sent().sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    expect(
      bench.ports.queues.sent.every(({ event }) => event.force === true && event.body !== undefined),
    ).toBe(true);
    expect(bench.ports.queueAdmin.held('handler/customer/dead-letters')).toEqual([idOf(13)]);
    expect(await bench.run(id)).toMatchObject({ status: 'finished', counts: { listed: 12, planned: 12 } });
    // Bodies are read in bulk, one query per page.
    expect(bench.calls).toEqual(['byIds', 'byIds', 'byIds']);
  });

  test('repeats a delete as a delete', async () => {
    const bench = createRunBench();
    await bench.ports.failures.add(bench.keyOf(idOf(1)), {
      group: 'X',
      code: 'X',
      version: 0,
      kind: 'DELETE',
      dataErasure: true,
      traceId: 't',
      lastSeen: noon,
    });
    await bench.start({ mode: 'retry', options: { group: 'X' } });
    await bench.feedAll();
    expect(bench.ports.queues.sent[0]?.event).toMatchObject({
      kind: 'DELETE',
      version: 0,
      dataErasure: true,
    });
    expect(bench.calls).toEqual([]);
  });
});
