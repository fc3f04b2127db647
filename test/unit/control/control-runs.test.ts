import { describe, expect, test } from 'vitest';
import type { Run, RunMode, RunOptions } from '../../../lambdas/core/runs/run.ts';
import { createControlBench } from '../../builders/control-bench.ts';
import { idOf } from '../../builders/notification.ts';
import { somePage } from '../../builders/runs.ts';

const runId = '00000000-0000-7000-8000-000000000000';
const paused = { paused: { since: 1, by: 'ann' } };
const open = { breaker: { state: 'open' as const, since: 1, code: 'FLUENT_503', successes: 0 } };

describe('a run', () => {
  test('starts, is listed and is shown with exact counters', async () => {
    const bench = createControlBench();
    const run = await bench.done('run.start', { mode: 'full', ratePerSecond: 5 });
    expect(run).toMatchObject({
      handler: 'customer',
      mode: 'full',
      status: 'preparing',
      startedBy: 'operator:jo',
      ratePerSecond: 5,
      entries: { pending: 0, synced: 0 },
    });
    expect(bench.ticks.sent).toEqual([{ runId: run.id, delaySeconds: 0 }]);
    expect(await bench.done('run.show', { runId: run.id })).toEqual(run);
    expect(await bench.done('run.list', { handler: 'customer' })).toEqual({ runs: [run] });
  });

  test.each([
    ['a handler that there is not', { handler: 'order', mode: 'full' }, 'not-found HANDLER_UNKNOWN'],
    [
      'a window in the future',
      { mode: 'incremental', options: { from: '2026-11-20T12:00:01Z' } },
      'invalid WINDOW_IN_FUTURE',
    ],
    [
      'an empty window',
      { mode: 'full', options: { from: '2026-11-20T10:00:00Z', to: '2026-11-20T10:00:00Z' } },
      'invalid WINDOW_EMPTY',
    ],
    [
      'an option that does not fit',
      { mode: 'full', options: { repair: ['missing'] } },
      'invalid OPTION_UNFIT',
    ],
    [
      'edits to be repaired that it cannot find',
      { mode: 'reconcile', options: { repair: ['missing', 'edited'] } },
      'invalid OPTION_UNFIT',
    ],
    [
      'a class that there is not',
      { mode: 'reconcile', options: { repair: ['orphan'] } },
      'invalid INVALID_INPUT',
    ],
    ['no ids', { mode: 'ids', options: { ids: [] } }, 'invalid INVALID_INPUT'],
    ['a group that there is not', { mode: 'retry', options: { group: 'X' } }, 'not-found GROUP_UNKNOWN'],
  ])('is refused for %s, and nothing is started', async (_, input, refusal) => {
    const bench = createControlBench();
    expect(await bench.refusal('run.start', input as never)).toBe(refusal);
    expect((await bench.done('run.list', {})).runs).toEqual([]);
    expect(bench.ticks.sent).toEqual([]);
  });

  test('is refused during another run of its handler, and the answer names that run', async () => {
    const bench = createControlBench();
    const { id } = await bench.done('run.start', { mode: 'full' });
    const second = await bench.ask('run.start', { mode: 'reconcile' });
    expect(second).toMatchObject({ ok: false, error: { kind: 'conflict', code: 'RUN_BUSY' } });
    if (!second.ok) expect(second.error.message).toContain(id);
    expect((await bench.done('run.list', {})).runs).toHaveLength(1);
  });

  test.each([
    ['paused', paused],
    ['behind an open breaker', open],
  ])('is refused while its handler is %s, unless it only reports', async (_, switches) => {
    const bench = createControlBench();
    await bench.switchTo(switches);
    expect(await bench.refusal('run.start', { mode: 'full' })).toBe('conflict HANDLER_PAUSED');
    expect(await bench.refusal('run.start', { mode: 'reconcile' })).toBe('done');
  });

  test('can be paused, throttled, resumed and cancelled, each of them twice', async () => {
    const bench = createControlBench();
    const { id: runId } = await bench.done('run.start', { mode: 'full' });
    expect(await bench.done('run.pause', { runId })).toMatchObject({
      status: 'paused',
      reason: 'operator:jo',
    });
    expect(await bench.done('run.pause', { runId })).toMatchObject({ status: 'paused' });
    expect(await bench.done('run.throttle', { runId, ratePerSecond: 2 })).toMatchObject({ ratePerSecond: 2 });
    expect(await bench.done('run.throttle', { runId })).not.toHaveProperty('ratePerSecond');
    const resumed = await bench.done('run.resume', { runId });
    expect(resumed).toMatchObject({ status: 'running' });
    expect(resumed).not.toHaveProperty('reason');
    expect(bench.ticks.sent.at(-1)).toEqual({ runId, delaySeconds: 0 });
    expect(await bench.done('run.cancel', { runId })).toMatchObject({ status: 'cancelled' });
    expect(await bench.done('run.cancel', { runId })).toMatchObject({ status: 'cancelled' });
  });

  test('continues at its new rate without waiting for the old one', async () => {
    const bench = createControlBench();
    const { id: runId } = await bench.done('run.start', { mode: 'full', ratePerSecond: 1 });
    const run = (await bench.runs.read(runId)) as Run;
    const cursor = { page: 1, stage: 'source' as const };
    await bench.runs.advance(run, { cursor, counts: run.counts, sent: 10 });
    bench.time.now += 1_000;
    await bench.done('run.throttle', { runId, ratePerSecond: 2 });
    expect(bench.ticks.sent.at(-1)).toEqual({ runId, delaySeconds: 4 });
    await bench.done('run.throttle', { runId, ratePerSecond: 0.005 });
    expect(bench.ticks.sent.at(-1)).toEqual({ runId, delaySeconds: 900 });
    await bench.done('run.throttle', { runId });
    expect(bench.ticks.sent.at(-1)).toEqual({ runId, delaySeconds: 0 });
  });

  test('refuses commands after it has ended', async () => {
    const bench = createControlBench();
    const { id: runId } = await bench.done('run.start', { mode: 'full' });
    await bench.done('run.cancel', { runId });
    for (const operation of ['run.pause', 'run.resume', 'run.throttle'] as const)
      expect(await bench.refusal(operation, { runId }), operation).toBe('conflict RUN_ENDED');
    expect(await bench.done('run.show', { runId })).toMatchObject({ status: 'cancelled' });
  });

  test('is not resumed while its handler is paused', async () => {
    const bench = createControlBench();
    const { id: runId } = await bench.done('run.start', { mode: 'full' });
    await bench.done('run.pause', { runId });
    await bench.switchTo(paused);
    expect(await bench.refusal('run.resume', { runId })).toBe('conflict HANDLER_PAUSED');
    expect(await bench.done('run.show', { runId })).toMatchObject({ status: 'paused' });
  });

  test('lists its failed and its pending customers page by page', async () => {
    const bench = createControlBench();
    const { id: runId } = await bench.done('run.start', { mode: 'full' });
    await bench.runs.plan(somePage(runId, 1, 5));
    await bench.runs.plan(somePage(runId, 2, 2, 6));
    await bench.runs.recordEntries(runId, 1, { failed: [1, 3], synced: [0, 2] });
    await bench.runs.recordEntries(runId, 2, { failed: [0] });
    const first = await bench.done('run.entries', { runId, outcome: 'failed', limit: 2 });
    expect(first.entries).toEqual([
      { id: idOf(2), entry: '1/1' },
      { id: idOf(4), entry: '1/3' },
    ]);
    const cursor = first.next ?? '';
    expect(await bench.done('run.entries', { runId, outcome: 'failed', limit: 2, cursor })).toEqual({
      entries: [{ id: idOf(6), entry: '2/0' }],
    });
    const pending = await bench.done('run.entries', { runId, outcome: 'pending' });
    expect(pending.entries.map(({ id }) => id)).toEqual([idOf(5), idOf(7)]);
    expect(await bench.refusal('run.entries', { runId, outcome: 'failed', cursor: 'banana' })).toBe(
      'invalid INVALID_INPUT',
    );
  });

  test.each<[RunMode, RunOptions, boolean]>([
    ['full', {}, true],
    ['reconcile', { repair: ['missing'] }, true],
    ['reconcile', {}, false],
  ])('says that it only records in Prepare mode: %s %j', async (mode, options, isReported) => {
    const bench = createControlBench();
    const request = { mode, options };
    expect(await bench.done('run.plan', request)).not.toHaveProperty('note');
    await bench.switchTo({ mode: 'prepare' });
    const note = expect.stringContaining('recorded');
    expect((await bench.done('run.plan', request)).note).toEqual(isReported ? note : undefined);
    const { id: runId, note: answered } = await bench.done('run.start', request);
    expect(answered).toEqual(isReported ? note : undefined);
    await bench.runs.plan(somePage(runId, 1, 1));
    await bench.done('run.cancel', { runId });
    // Ended, it is of interest only if something was recorded.
    expect(await bench.done('run.show', { runId })).not.toHaveProperty('note');
    await bench.runs.recordEntries(runId, 1, { skipped: [0] });
    expect((await bench.done('run.show', { runId })).note).toEqual(isReported ? note : undefined);
  });

  test('covers every customer after the watermarks are cleared', async () => {
    const bench = createControlBench();
    const until = bench.time.now - 60_000;
    for (const kind of ['incremental', 'reconcile'] as const)
      await bench.settings.watermark(kind, 'customer').write({ until, runId: 'x', at: until }, 0);
    expect(await bench.done('run.plan', { mode: 'incremental' })).toMatchObject({ mode: 'incremental' });
    expect(await bench.done('watermark.clear', {})).toEqual({ cleared: ['incremental', 'reconcile'] });
    expect(await bench.done('watermark.clear', {})).toEqual({ cleared: [] });
    expect(await bench.done('run.start', { mode: 'incremental' })).toMatchObject({
      mode: 'full',
      reason: 'first',
    });
    expect((await bench.done('status', {})).handlers[0]?.watermarks).toEqual({});
    expect(await bench.refusal('watermark.clear', { handler: 'order' })).toBe('not-found HANDLER_UNKNOWN');
  });

  test.each(['run.show', 'run.report', 'run.pause', 'run.resume', 'run.cancel', 'run.throttle'] as const)(
    '%s of one that there is not is not-found',
    async (operation) => {
      const bench = createControlBench();
      expect(await bench.refusal(operation, { runId })).toBe('not-found RUN_UNKNOWN');
      expect(await bench.refusal(operation, { runId: 'latest' })).toBe('invalid INVALID_INPUT');
    },
  );

  test('is listed by handler, page by page, newest first', async () => {
    const bench = createControlBench();
    const begun: string[] = [];
    for (let n = 0; n < 5; n++) {
      bench.time.now += 1_000;
      const { id } = await bench.done('run.start', { mode: 'full' });
      await bench.done('run.cancel', { runId: id });
      begun.unshift(id);
    }
    const first = await bench.done('run.list', { handler: 'customer', limit: 3 });
    const second = await bench.done('run.list', { handler: 'customer', limit: 3, cursor: first.next });
    expect([...first.runs, ...second.runs].map(({ id }) => id)).toEqual(begun);
    expect(second.next).toBeUndefined();
    expect(await bench.refusal('run.list', { cursor: 'banana' })).toBe('invalid INVALID_INPUT');
    expect(await bench.refusal('run.list', { handler: 'order' })).toBe('not-found HANDLER_UNKNOWN');
  });

  test('is listed by status, however old it is', async () => {
    const bench = createControlBench();
    const ended: Record<string, string[]> = { failed: [], cancelled: [] };
    for (let n = 0; n < 12; n++) {
      bench.time.now += 1_000;
      const { id } = await bench.done('run.start', { mode: 'full' });
      const status = n % 3 === 0 ? 'failed' : 'cancelled';
      await bench.runs.setStatus((await bench.runs.read(id)) as Run, status, 'SWEEP_CAP');
      ended[status]?.unshift(id);
    }
    const { runs } = await bench.done('run.list', { status: 'failed', limit: 4 });
    expect(runs.map(({ id, reason }) => [id, reason])).toEqual(
      ended['failed']?.map((id) => [id, 'SWEEP_CAP']),
    );
    expect((await bench.done('run.list', { status: 'finished' })).runs).toEqual([]);
  });

  test('reports what it found, also one class at a time', async () => {
    const bench = createControlBench();
    const { id: runId } = await bench.done('run.start', { mode: 'reconcile' });
    await bench.ports.runs.report(runId, [
      { id: idOf(1), class: 'missing', sourceVersion: 3 },
      { id: idOf(2), class: 'edited', fields: [{ field: 'firstName', changed: 'oms' }] },
    ]);
    expect((await bench.done('run.report', { runId })).differences).toHaveLength(2);
    expect(await bench.done('run.report', { runId, class: 'edited' })).toEqual({
      differences: [{ id: idOf(2), class: 'edited', fields: [{ field: 'firstName', changed: 'oms' }] }],
    });
  });
});
