import { describe, expect, test } from 'vitest';
import type { Run } from '../../lambdas/core/run.ts';
import { createControlBench } from '../builders/control-bench.ts';
import { idOf } from '../builders/notification.ts';

const runId = '00000000-0000-7000-8000-000000000000';
const paused = { paused: { since: 1, by: 'ann' } };
const open = { breaker: { state: 'open' as const, since: 1, code: 'FLUENT_503', successes: 0 } };

describe('a run', () => {
  test('begins, is listed and is shown with exact counters', async () => {
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
      'a class that there is not',
      { mode: 'reconcile', options: { repair: ['orphan'] } },
      'invalid INVALID_INPUT',
    ],
    ['no ids', { mode: 'ids', options: { ids: [] } }, 'invalid INVALID_INPUT'],
    ['a group that there is not', { mode: 'retry', options: { group: 'X' } }, 'not-found GROUP_UNKNOWN'],
  ])('is refused for %s, and nothing has begun', async (_, input, refusal) => {
    const bench = createControlBench();
    expect(await bench.refusal('run.start', input as never)).toBe(refusal);
    expect((await bench.done('run.list', {})).runs).toEqual([]);
    expect(bench.ticks.sent).toEqual([]);
  });

  test('is refused while another of its handler runs, and the answer names that one', async () => {
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
  ])('is refused against a handler that is %s, unless it only reports', async (_, switches) => {
    const bench = createControlBench();
    await bench.switchTo(switches);
    expect(await bench.refusal('run.start', { mode: 'full' })).toBe('conflict HANDLER_PAUSED');
    expect(await bench.refusal('run.start', { mode: 'reconcile' })).toBe('done');
  });

  test('can be paused, throttled, resumed and cancelled, and each twice', async () => {
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

  test('goes on at its new rate, not after the pause of the old one', async () => {
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

  test('that has ended takes no command any more', async () => {
    const bench = createControlBench();
    const { id: runId } = await bench.done('run.start', { mode: 'full' });
    await bench.done('run.cancel', { runId });
    for (const operation of ['run.pause', 'run.resume', 'run.throttle'] as const)
      expect(await bench.refusal(operation, { runId }), operation).toBe('conflict RUN_ENDED');
    expect(await bench.done('run.show', { runId })).toMatchObject({ status: 'cancelled' });
  });

  test('is not resumed against a handler that is paused', async () => {
    const bench = createControlBench();
    const { id: runId } = await bench.done('run.start', { mode: 'full' });
    await bench.done('run.pause', { runId });
    await bench.switchTo(paused);
    expect(await bench.refusal('run.resume', { runId })).toBe('conflict HANDLER_PAUSED');
    expect(await bench.done('run.show', { runId })).toMatchObject({ status: 'paused' });
  });

  test.each(['run.show', 'run.report', 'run.pause', 'run.resume', 'run.cancel', 'run.throttle'] as const)(
    '%s of one that there is not is not-found',
    async (operation) => {
      const bench = createControlBench();
      expect(await bench.refusal(operation, { runId })).toBe('not-found RUN_UNKNOWN');
      expect(await bench.refusal(operation, { runId: 'latest' })).toBe('invalid INVALID_INPUT');
    },
  );

  test('lists the runs of one handler only, page by page, newest first', async () => {
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
    expect(await bench.refusal('run.list', { handler: 'order' })).toBe('not-found HANDLER_UNKNOWN');
  });

  test('reports what it found, one class at a time if asked', async () => {
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
