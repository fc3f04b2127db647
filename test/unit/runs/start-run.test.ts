import { describe, expect, test } from 'vitest';
import type { Watermark } from '../../../lambdas/core/base/live-settings.ts';
import type { RunMode, RunOptions } from '../../../lambdas/core/runs/run.ts';
import { runSettings } from '../../../lambdas/core/runs/run-settings.ts';
import { stuckRuns } from '../../../lambdas/core/runs/run-stuck.ts';
import { movedWatermark, scopeOf, watermarksMoved } from '../../../lambdas/core/runs/run-window.ts';
import { idOf } from '../../builders/notification.ts';
import { createRunBench, noon } from '../../builders/run-bench.ts';
import { someRun } from '../../builders/runs.ts';

const iso = (time: number) => new Date(time).toISOString();
const hour = 3_600_000;

describe('a run begins', () => {
  test('with its lock, its row and its first tick', async () => {
    const bench = createRunBench();
    const run = await bench.start({ ratePerSecond: 5, options: { force: true } });
    expect(await bench.run(run.id)).toEqual(run);
    expect(run).toMatchObject({
      mode: 'full',
      status: 'preparing',
      startedBy: 'operator:test',
      ratePerSecond: 5,
      options: { force: true },
      cursor: { page: 0, stage: 'source' },
      createdAt: noon,
    });
    expect(run).not.toHaveProperty('window');
    expect(bench.ports.ticks.sent).toEqual([{ runId: run.id, delaySeconds: 0 }]);
  });

  test('although its first tick is lost: it is found as stuck', async () => {
    const bench = createRunBench();
    bench.ports.ticks.send = async () => {
      throw new Error('no queue');
    };
    const run = await bench.start();
    const open = await bench.ports.runs.open();
    expect(stuckRuns(open, noon + 300_000, bench.ports.runSettings)).toEqual([]);
    expect(stuckRuns(open, noon + 300_001, bench.ports.runSettings)).toEqual([run]);
  });

  test('once: the second is told which run is there, and nothing has changed', async () => {
    const bench = createRunBench();
    const first = await bench.start();
    await expect(bench.start({ mode: 'sweep' })).rejects.toMatchObject({
      name: 'RunRefused',
      code: 'RUN_BUSY',
      runId: first.id,
      message: expect.stringContaining(first.id),
    });
    expect((await bench.ports.runs.list({ limit: 9 })).items).toHaveLength(1);
    expect(bench.ports.ticks.sent).toHaveLength(1);
  });

  test('as a full one when nothing was ever run, whatever was asked for', async () => {
    const bench = createRunBench();
    const options = { from: iso(noon - hour), inlineBody: false };
    const run = await bench.start({ mode: 'incremental', options });
    expect(run).toMatchObject({ mode: 'full', reason: 'first', options: { inlineBody: false } });
    expect(run).not.toHaveProperty('window');
    expect(run.options).not.toHaveProperty('from');
  });
});

describe('a run is refused', () => {
  const cases: [string, RunMode, RunOptions, string][] = [
    ['from lies in the future', 'full', { from: iso(noon + hour) }, 'WINDOW_IN_FUTURE'],
    ['to lies in the future', 'reconcile', { to: iso(noon + hour) }, 'WINDOW_IN_FUTURE'],
    ['the window holds nothing', 'full', { from: iso(noon - 1), to: iso(noon - 1) }, 'WINDOW_EMPTY'],
    ['from is no moment', 'full', { from: 'T25' }, 'OPTION_UNFIT'],
    ['a full run is told to repair', 'full', { repair: ['missing'] }, 'OPTION_UNFIT'],
    ['a sweep is given a window', 'sweep', { from: iso(noon - hour) }, 'OPTION_UNFIT'],
    ['an incremental run is to compare', 'incremental', { compare: 'oms' }, 'OPTION_UNFIT'],
    ['named customers have no names', 'ids', { ids: [] }, 'OPTION_UNFIT'],
    ['named customers are missing', 'ids', {}, 'OPTION_UNFIT'],
    ['a retry names no group', 'retry', {}, 'OPTION_UNFIT'],
    ['a retry names an unknown group', 'retry', { group: 'NOBODY' }, 'GROUP_UNKNOWN'],
  ];
  test.each(cases)('when %s', async (_what, mode, options, code) => {
    const bench = createRunBench();
    const refused = await bench.start({ mode, options }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'RunRefused', code });
    expect(String(refused).length).toBeGreaterThan(40);
    expect(await bench.ports.runs.open()).toEqual([]);
    expect(bench.ports.ticks.sent).toEqual([]);
  });

  test('when nobody knows the handler', async () => {
    for (const handler of ['nobody', 'constructor', '__proto__'])
      await expect(createRunBench().start({ handler })).rejects.toMatchObject({
        code: 'HANDLER_UNKNOWN',
        message: expect.stringContaining('customer'),
      });
  });

  test.each(['paused', 'breaker'] as const)(
    'when its messages would lie in a queue that nobody reads (%s); who only reports may begin',
    async (why) => {
      const create = async () => {
        const bench = createRunBench();
        const switches =
          why === 'paused'
            ? { paused: { since: noon, by: 'operator:ann' } }
            : { breaker: { state: 'open' as const, since: noon, code: 'FLUENT_503', successes: 0 } };
        await bench.ports.settings.handler('customer').write({ mode: 'process', ...switches }, 0);
        return bench;
      };
      for (const [mode, options] of [
        ['full', {}],
        ['ids', { ids: [idOf(1)] }],
        ['reconcile', { repair: ['missing'] }],
      ] as [RunMode, RunOptions][])
        await expect((await create()).start({ mode, options })).rejects.toMatchObject({
          code: 'HANDLER_PAUSED',
        });
      for (const mode of ['reconcile', 'sweep'] as const)
        expect(await (await create()).start({ mode })).toMatchObject({ mode });
    },
  );
});

describe('the window of a run', () => {
  const settings = runSettings.parse({});
  const watermark = (until: number): Watermark => ({ until, runId: 'r', at: until });
  const scope = (mode: RunMode, options: RunOptions, until?: number) =>
    scopeOf({ mode, options }, until === undefined ? undefined : watermark(until), { now: noon, settings });

  test.each(['incremental', 'reconcile'] as const)(
    'of a %s run begins ten minutes before the watermark and ends now',
    (mode) => {
      expect(scope(mode, {}, noon - hour)).toEqual({
        mode,
        window: { from: noon - hour - 600_000, to: noon },
      });
    },
  );

  test('is what was asked for, and ends now if nothing was said of its end', () => {
    expect(scope('incremental', { from: iso(noon - hour) }, noon - 9 * hour).window).toEqual({
      from: noon - hour,
      to: noon,
    });
    expect(scope('reconcile', { to: iso(noon - hour) }).window).toEqual({ to: noon - hour });
  });

  test('is everything for a full run, a first reconcile and a comparison with the OMS', () => {
    expect(scope('full', {})).toEqual({ mode: 'full' });
    expect(scope('reconcile', {})).toEqual({ mode: 'reconcile' });
    expect(scope('reconcile', { compare: 'oms' }, noon - hour)).toEqual({ mode: 'reconcile' });
  });

  test('from a watermark in the future holds nothing, and says how to mend it', () => {
    expect(() => scope('reconcile', {}, noon + 2 * hour)).toThrow(/watermark.*future.*full run/);
  });

  test.each([
    ['moves over what it reaches back to', noon - hour, noon - 2 * hour, noon],
    ['leaves no gap', noon - 2 * hour, noon - hour, undefined],
    ['never goes back', noon, noon - 2 * hour, undefined],
    ['begins with a run over everything', undefined, undefined, noon],
    ['does not begin with a window', undefined, noon - hour, undefined],
    ['comes back from the future with a run over everything', noon + hour, undefined, noon],
    ['stays in the future otherwise', noon + hour, noon - hour, undefined],
  ])('the watermark %s', (_what, present, from, expected) => {
    const moved = movedWatermark(
      present === undefined ? undefined : watermark(present),
      { until: noon, ...(from !== undefined && { from }) },
      { runId: 'run', at: noon + 1 },
    );
    expect(moved?.until).toBe(expected);
  });

  test.each([
    ['full', {}, undefined, {}, ['incremental', 'reconcile']],
    ['full', {}, { from: 1, to: 2 }, {}, []],
    ['incremental', {}, { from: 1, to: 2 }, {}, ['incremental']],
    ['reconcile', {}, { from: 1, to: 2 }, {}, ['reconcile']],
    ['reconcile', {}, { from: 1, to: 2 }, { missing: 1 }, []],
    ['reconcile', { repair: ['missing'] }, { from: 1, to: 2 }, { missing: 1 }, ['reconcile']],
    ['reconcile', { repair: ['missing'] }, { from: 1, to: 2 }, { 'source-ahead': 1 }, []],
    ['ids', {}, undefined, {}, []],
    ['sweep', {}, undefined, {}, []],
    ['retry', {}, undefined, {}, []],
  ] as const)('%s %j over %j that found %j has seen %j', (mode, options, window, classes, kinds) => {
    const run = someRun({
      mode,
      options: options as unknown as RunOptions,
      counts: { listed: 1, planned: 0, classes },
      ...(window && { window }),
    });
    expect(watermarksMoved(run).kinds).toEqual(kinds);
  });
});

describe('a stuck run', () => {
  const settings = runSettings.parse({});
  const stuck = (over: Parameters<typeof someRun>[0], afterSeconds: number) =>
    stuckRuns([someRun({ updatedAt: noon, ...over })], noon + afterSeconds * 1_000, settings).length === 1;

  test.each([
    ['gives no sign of life', { status: 'running' }, 301, true],
    ['gave one a while ago', { status: 'running' }, 299, false],
    ['is paused', { status: 'paused' }, 9_999, false],
    ['has ended', { status: 'failed' }, 9_999, false],
    ['waits for its rate', { status: 'running', ratePerSecond: 1 }, 700, false],
    ['waited for its rate', { status: 'running', ratePerSecond: 1 }, 801, true],
    [
      'waits for its second look',
      { status: 'running', cursor: { page: 1, stage: 'confirm', notBefore: noon + 600_000 } },
      890,
      false,
    ],
    [
      'waited for its second look',
      { status: 'running', cursor: { page: 1, stage: 'confirm', notBefore: noon + 600_000 } },
      901,
      true,
    ],
  ] as const)('%s', (_what, over, afterSeconds, expected) => {
    expect(stuck(over, afterSeconds)).toBe(expected);
  });
});
