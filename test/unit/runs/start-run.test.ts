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

describe('a run starts', () => {
  test('with its lock, its stored state and its first message', async () => {
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

  test('even if its first message is lost: it is found as stuck', async () => {
    const bench = createRunBench();
    bench.ports.ticks.send = async () => {
      throw new Error('no queue');
    };
    const run = await bench.start();
    const open = await bench.ports.runs.open();
    expect(stuckRuns(open, noon + 300_000, bench.ports.runSettings)).toEqual([]);
    expect(stuckRuns(open, noon + 300_001, bench.ports.runSettings)).toEqual([run]);
  });

  test('once: a second start is refused with the id of the open run', async () => {
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

  test('as a full run if the handler has no watermark, whatever was requested', async () => {
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
    ['from is in the future', 'full', { from: iso(noon + hour) }, 'WINDOW_IN_FUTURE'],
    ['to is in the future', 'reconcile', { to: iso(noon + hour) }, 'WINDOW_IN_FUTURE'],
    ['the window is empty', 'full', { from: iso(noon - 1), to: iso(noon - 1) }, 'WINDOW_EMPTY'],
    ['from is not a valid time', 'full', { from: 'T25' }, 'OPTION_UNFIT'],
    ['a full run has a repair option', 'full', { repair: ['missing'] }, 'OPTION_UNFIT'],
    ['a sweep has a window', 'sweep', { from: iso(noon - hour) }, 'OPTION_UNFIT'],
    ['an incremental run has a compare option', 'incremental', { compare: 'oms' }, 'OPTION_UNFIT'],
    ['the list of ids is empty', 'ids', { ids: [] }, 'OPTION_UNFIT'],
    ['the list of ids is missing', 'ids', {}, 'OPTION_UNFIT'],
    ['a retry has no group', 'retry', {}, 'OPTION_UNFIT'],
    ['a retry has an unknown group', 'retry', { group: 'UNKNOWN' }, 'GROUP_UNKNOWN'],
  ];
  test.each(cases)('when %s', async (_what, mode, options, code) => {
    const bench = createRunBench();
    const refused = await bench.start({ mode, options }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'RunRefused', code });
    expect(String(refused).length).toBeGreaterThan(40);
    expect(await bench.ports.runs.open()).toEqual([]);
    expect(bench.ports.ticks.sent).toEqual([]);
  });

  test('when the handler does not exist', async () => {
    for (const handler of ['unknown', 'constructor', '__proto__'])
      await expect(createRunBench().start({ handler })).rejects.toMatchObject({
        code: 'HANDLER_UNKNOWN',
        message: expect.stringContaining('customer'),
      });
  });

  test.each(['paused', 'breaker'] as const)(
    'when the handler does not consume its queue (%s), unless the run only reports',
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

  test('is the requested one, and ends now by default', () => {
    expect(scope('incremental', { from: iso(noon - hour) }, noon - 9 * hour).window).toEqual({
      from: noon - hour,
      to: noon,
    });
    expect(scope('reconcile', { to: iso(noon - hour) }).window).toEqual({ to: noon - hour });
  });

  test('is absent for a full run, a first reconcile and a comparison with the OMS', () => {
    expect(scope('full', {})).toEqual({ mode: 'full' });
    expect(scope('reconcile', {})).toEqual({ mode: 'reconcile' });
    expect(scope('reconcile', { compare: 'oms' }, noon - hour)).toEqual({ mode: 'reconcile' });
  });

  test('is refused if the watermark is in the future, with a message that says how to fix it', () => {
    expect(() => scope('reconcile', {}, noon + 2 * hour)).toThrow(/watermark.*future.*full run/);
  });

  test.each([
    ['moves if the window reaches back to it', noon - hour, noon - 2 * hour, noon],
    ['stays if the window would leave a gap', noon - 2 * hour, noon - hour, undefined],
    ['never goes back', noon, noon - 2 * hour, undefined],
    ['is set by a run over everything', undefined, undefined, noon],
    ['is not set by a run with a window', undefined, noon - hour, undefined],
    ['moves back from the future after a run over everything', noon + hour, undefined, noon],
    ['stays in the future after a run with a window', noon + hour, noon - hour, undefined],
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
  ] as const)(
    '%s %j over %j that found %j moves the watermarks %j',
    (mode, options, window, classes, kinds) => {
      const run = someRun({
        mode,
        options: options as unknown as RunOptions,
        counts: { listed: 1, planned: 0, classes },
        ...(window && { window }),
      });
      expect(watermarksMoved(run).kinds).toEqual(kinds);
    },
  );
});

describe('a stuck run', () => {
  const settings = runSettings.parse({});
  const stuck = (over: Parameters<typeof someRun>[0], afterSeconds: number) =>
    stuckRuns([someRun({ updatedAt: noon, ...over })], noon + afterSeconds * 1_000, settings).length === 1;

  test.each([
    ['has made no progress', { status: 'running' }, 301, true],
    ['made progress recently', { status: 'running' }, 299, false],
    ['is paused', { status: 'paused' }, 9_999, false],
    ['has ended', { status: 'failed' }, 9_999, false],
    ['waits for its rate', { status: 'running', ratePerSecond: 1 }, 700, false],
    ['waited for its rate', { status: 'running', ratePerSecond: 1 }, 801, true],
    [
      'waits for its second check',
      { status: 'running', cursor: { page: 1, stage: 'confirm', notBefore: noon + 600_000 } },
      890,
      false,
    ],
    [
      'waited for its second check',
      { status: 'running', cursor: { page: 1, stage: 'confirm', notBefore: noon + 600_000 } },
      901,
      true,
    ],
  ] as const)('%s', (_what, over, afterSeconds, expected) => {
    expect(stuck(over, afterSeconds)).toBe(expected);
  });
});
