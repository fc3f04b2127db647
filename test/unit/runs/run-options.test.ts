import { describe, expect, test } from 'vitest';
import { differenceClasses } from '../../../lambdas/core/runs/difference.ts';
import {
  type RunMode,
  type RunOptions,
  runMode,
  runModes,
  runOptions,
} from '../../../lambdas/core/runs/run.ts';
import { checkOptions, sendsMessages } from '../../../lambdas/core/runs/run-options.ts';
import { runSettings } from '../../../lambdas/core/runs/run-settings.ts';
import {
  movedWatermark,
  scopeOf,
  watermarkOf,
  watermarksMoved,
} from '../../../lambdas/core/runs/run-window.ts';
import { idOf } from '../../builders/notification.ts';
import { someRun } from '../../builders/runs.ts';

const everything = {
  from: '2026-11-20T12:00:00Z',
  to: '2026-11-20T13:00:00Z',
  ids: [idOf(1)],
  force: true,
  inlineBody: false,
  compare: 'oms',
  repair: ['missing'],
  dryRun: true,
  group: 'INVALID:email',
} as const satisfies RunOptions;
const given = Object.entries(everything);

describe('what a run is told', () => {
  test('is one of six modes', () => {
    expect([...runModes]).toEqual(['full', 'incremental', 'ids', 'reconcile', 'sweep', 'retry']);
    expect(runMode.safeParse('full').success).toBe(true);
    expect(runMode.safeParse('').success).toBe(false);
  });

  test('is read as it was written, and nothing of it has to be said', () => {
    expect(runOptions.parse(everything)).toEqual(everything);
    expect(runOptions.parse({})).toEqual({});
  });

  test.each<[keyof RunOptions, unknown]>([
    ['from', 'yesterday'],
    ['to', 1],
    ['ids', []],
    ['ids', ['jane@example.com']],
    ['ids', Array.from({ length: 1_001 }, (_, n) => idOf(n))],
    ['force', 'yes'],
    ['inlineBody', 0],
    ['compare', 'rows'],
    ['repair', ['orphan']],
    ['repair', 'missing'],
    ['dryRun', 'no'],
    ['group', ''],
    ['group', 'a b'],
    ['group', ' a'],
    ['group', 'a\n'],
    ['group', 'x'.repeat(201)],
  ])('is refused when %s is %j', (name, value) => {
    const read = runOptions.safeParse({ [name]: value });
    expect(read.error?.issues[0]?.path[0]).toBe(name);
  });

  test.each<[keyof RunOptions, unknown]>([
    ['ids', Array.from({ length: 1_000 }, (_, n) => idOf(n))],
    ['compare', 'versions'],
    ['repair', ['source-ahead', 'missing', 'edited']],
    ['group', 'x'.repeat(200)],
  ])('may hold as much of %s as this', (name, value) => {
    expect(runOptions.safeParse({ [name]: value }).success).toBe(true);
  });

  test.each<[RunMode, string]>([
    ['full', 'from, to, force, inlineBody'],
    ['incremental', 'from, to, force, inlineBody'],
    ['ids', 'ids, force, inlineBody'],
    ['reconcile', 'from, to, compare, repair, inlineBody'],
    ['sweep', 'dryRun'],
    ['retry', 'group, inlineBody'],
  ])('of a %s run is %s, and nothing else', (mode, names) => {
    const needed = mode === 'ids' || mode === 'retry' ? { ids: [idOf(1)], group: 'X' } : {};
    for (const [name, value] of given) {
      const must = mode === 'ids' ? { ids: needed.ids } : mode === 'retry' ? { group: needed.group } : {};
      const check = () => checkOptions(mode, { ...must, [name]: value } as RunOptions);
      if (names.split(', ').includes(name)) expect(check).not.toThrow();
      else
        expect(check).toThrow(`A run of mode "${mode}" takes no "${name}". It takes: ${names}. Leave it out`);
    }
  });

  test('counts as not said when it is undefined', () => {
    expect(() => checkOptions('sweep', { force: undefined } as unknown as RunOptions)).not.toThrow();
  });

  test.each<[RunMode, RunOptions, RegExp]>([
    ['ids', {}, /mode "ids" needs "ids"\. Name at least one id\./],
    ['ids', { ids: [] }, /Name at least one id/],
    [
      'retry',
      {},
      /mode "retry" needs "group"\. Name the group of failures \(connector failures lists them\)\./,
    ],
    ['retry', { group: '' }, /Name the group of failures/],
  ])('of a %s run is not enough: %j', (mode, options, message) => {
    expect(() => checkOptions(mode, options)).toThrow(message);
  });

  test.each<[RunMode, RunOptions, boolean]>([
    ['full', {}, true],
    ['incremental', {}, true],
    ['ids', {}, true],
    ['retry', {}, true],
    ['full', { dryRun: true }, true],
    ['reconcile', {}, false],
    ['reconcile', { repair: [] }, false],
    ['reconcile', { repair: ['missing'] }, true],
    ['sweep', {}, true],
    ['sweep', { dryRun: false }, true],
    ['sweep', { dryRun: true }, false],
  ])('says whether %s %j puts work into the queue: %s', (mode, options, does) => {
    expect(sendsMessages(mode, options)).toBe(does);
  });

  test('classes of what is found', () => {
    expect([...differenceClasses].sort()).toEqual([
      'edited',
      'failed',
      'in-sync',
      'missing',
      'orphan',
      'source-ahead',
      'unmappable',
    ]);
  });
});

describe('the window of a run', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  const settings = runSettings.parse({});
  const scope = (options: RunOptions, mode: RunMode = 'full') =>
    scopeOf({ mode, options }, undefined, { now, settings });

  test.each<[RunOptions, RegExp]>([
    [{ from: 'x' }, /"from" is no moment\. Write it as 2026-/],
    [{ to: 'x' }, /"to" is no moment\. Write it as 2026-/],
    [{ from: '2026-11-20T12:00:00Z' }, /"from" lies in the future.*It is 2026-11-20T12:00:00\.000Z now/],
    [{ to: '2026-11-20T12:00:00.001Z' }, /"to" lies in the future.*Leave it out.*It is 2026-11-20T12:00/],
    [{ from: '2026-11-20T11:00:00Z', to: '2026-11-20T11:00:00Z' }, /"from" is not before "to".*Swap them/],
    [{ from: '2026-11-20T11:00:00Z', to: '2026-11-20T10:00:00Z' }, /"from" is not before "to"/],
  ])('of %j is refused, and says what to do', (options, message) => {
    expect(() => scope(options)).toThrow(message);
  });

  test('may be a millisecond long, and may end now', () => {
    const from = '2026-11-20T11:59:59.999Z';
    expect(scope({ from }).window).toEqual({ from: now - 1, to: now });
    expect(scope({ from, to: '2026-11-20T12:00:00Z' }).window).toEqual({ from: now - 1, to: now });
    expect(scope({ to: '2026-11-20T12:00:00Z' }).window).toEqual({ to: now });
  });

  test('is refused also when the first run is a full one', () => {
    expect(() => scope({ from: 'x' }, 'incremental')).toThrow('no moment');
    expect(scope({}, 'incremental')).toEqual({ mode: 'full', reason: 'first' });
  });

  test('that would begin now or later holds nothing: the watermark has to be set anew', () => {
    const at = (until: number) =>
      scopeOf({ mode: 'incremental', options: {} }, { until, runId: 'r', at: 1 }, { now, settings });
    expect(at(now + 599_999).window).toEqual({ from: now - 1, to: now });
    expect(() => at(now + 600_000)).toThrow(expect.objectContaining({ code: 'WINDOW_EMPTY' }));
    expect(() => at(now + 600_000)).toThrow(/watermark.*\(2026-11-20T12:10:00\.000Z\).*Start a full run/);
  });

  test.each<[RunMode, RunOptions, string | undefined]>([
    ['incremental', {}, 'incremental'],
    ['incremental', { from: everything.from }, 'incremental'],
    ['reconcile', {}, 'reconcile'],
    ['reconcile', { compare: 'versions' }, 'reconcile'],
    ['reconcile', { compare: 'oms' }, undefined],
    ['reconcile', { from: everything.from }, undefined],
    ['reconcile', { to: everything.to }, undefined],
    ['full', {}, undefined],
    ['sweep', {}, undefined],
  ])('of %s %j begins at the watermark of: %s', (mode, options, kind) => {
    expect(watermarkOf(mode, options)).toBe(kind);
  });

  test('leaves a watermark that stands at this very moment: only one in the future goes back', () => {
    const at = (until: number) =>
      movedWatermark({ until, runId: 'old', at: 1 }, { until: 5 }, { runId: 'new', at: 9 });
    expect(at(9)).toBeUndefined();
    expect(at(10)).toEqual({ until: 5, runId: 'new', at: 9 });
  });

  test('that begins where the watermark stands leaves no gap', () => {
    const from = (start: number) =>
      movedWatermark({ until: 3, runId: 'old', at: 1 }, { from: start, until: 5 }, { runId: 'new', at: 9 });
    expect(from(3)).toEqual({ until: 5, runId: 'new', at: 9 });
    expect(from(4)).toBeUndefined();
  });

  test('moves watermarks to its end, or to when the run was started', () => {
    expect(watermarksMoved(someRun({ window: { from: 5, to: 9 } }))).toEqual({
      until: 9,
      from: 5,
      kinds: [],
    });
    const whole = watermarksMoved(someRun({ createdAt: 7 }));
    expect(whole).toEqual({ until: 7, kinds: ['incremental', 'reconcile'] });
    expect(whole).not.toHaveProperty('from');
  });
});
