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

describe('the options of a run', () => {
  test('come with one of six modes', () => {
    expect([...runModes]).toEqual(['full', 'incremental', 'ids', 'reconcile', 'sweep', 'retry']);
    expect(runMode.safeParse('full').success).toBe(true);
    expect(runMode.safeParse('').success).toBe(false);
  });

  test('are parsed unchanged, and none is required', () => {
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
  ])('are refused when %s is %j', (name, value) => {
    const read = runOptions.safeParse({ [name]: value });
    expect(read.error?.issues[0]?.path[0]).toBe(name);
  });

  test.each<[keyof RunOptions, unknown]>([
    ['ids', Array.from({ length: 1_000 }, (_, n) => idOf(n))],
    ['compare', 'versions'],
    ['repair', ['source-ahead', 'missing', 'edited']],
    ['group', 'x'.repeat(200)],
  ])('allow the largest value of %s', (name, value) => {
    expect(runOptions.safeParse({ [name]: value }).success).toBe(true);
  });

  test.each<[RunMode, string]>([
    ['full', 'from, to, force, inlineBody'],
    ['incremental', 'from, to, force, inlineBody'],
    ['ids', 'ids, force, inlineBody'],
    ['reconcile', 'from, to, compare, repair, inlineBody'],
    ['sweep', 'dryRun'],
    ['retry', 'group, inlineBody'],
  ])('of a %s run are %s, and no others', (mode, names) => {
    const needed = mode === 'ids' || mode === 'retry' ? { ids: [idOf(1)], group: 'X' } : {};
    for (const [name, value] of given) {
      const must = mode === 'ids' ? { ids: needed.ids } : mode === 'retry' ? { group: needed.group } : {};
      const check = () => checkOptions(mode, { ...must, [name]: value } as RunOptions);
      if (names.split(', ').includes(name)) expect(check).not.toThrow();
      else
        expect(check).toThrow(`A run of mode "${mode}" does not allow "${name}", only: ${names}. Remove it`);
    }
  });

  test('count as absent when undefined', () => {
    expect(() => checkOptions('sweep', { force: undefined } as unknown as RunOptions)).not.toThrow();
  });

  test.each<[RunMode, RunOptions, RegExp]>([
    ['ids', {}, /mode "ids" needs "ids"\. Give at least one id\./],
    ['ids', { ids: [] }, /Give at least one id/],
    ['retry', {}, /mode "retry" needs "group"\. Give a failure group \("connector failures" lists them\)\./],
    ['retry', { group: '' }, /Give a failure group/],
  ])('of a %s run are incomplete: %j', (mode, options, message) => {
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
  ])('decide whether %s %j sends messages: %s', (mode, options, does) => {
    expect(sendsMessages(mode, options)).toBe(does);
  });

  test('include classes of differences from a fixed list', () => {
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
    [{ from: 'x' }, /"from" is not a valid time\. Write it as 2026-/],
    [{ to: 'x' }, /"to" is not a valid time\. Write it as 2026-/],
    [{ from: '2026-11-20T12:00:00Z' }, /"from" is in the future.*The time is 2026-11-20T12:00:00\.000Z/],
    [{ to: '2026-11-20T12:00:00.001Z' }, /"to" is in the future.*Leave it out.*The time is 2026-11-20T12:00/],
    [{ from: '2026-11-20T11:00:00Z', to: '2026-11-20T11:00:00Z' }, /"from" is not before "to".*Swap them/],
    [{ from: '2026-11-20T11:00:00Z', to: '2026-11-20T10:00:00Z' }, /"from" is not before "to"/],
  ])('is refused for %j, with a message that says what to do', (options, message) => {
    expect(() => scope(options)).toThrow(message);
  });

  test('may be one millisecond long, and may end now', () => {
    const from = '2026-11-20T11:59:59.999Z';
    expect(scope({ from }).window).toEqual({ from: now - 1, to: now });
    expect(scope({ from, to: '2026-11-20T12:00:00Z' }).window).toEqual({ from: now - 1, to: now });
    expect(scope({ to: '2026-11-20T12:00:00Z' }).window).toEqual({ to: now });
  });

  test('is checked even if the first run becomes a full run', () => {
    expect(() => scope({ from: 'x' }, 'incremental')).toThrow('not a valid time');
    expect(scope({}, 'incremental')).toEqual({ mode: 'full', reason: 'first' });
  });

  test('is refused if it would begin now or later, because the watermark must be set again', () => {
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
  ])('of %s %j begins at the watermark: %s', (mode, options, kind) => {
    expect(watermarkOf(mode, options)).toBe(kind);
  });

  test('does not move a watermark at the current time back, only one in the future', () => {
    const at = (until: number) =>
      movedWatermark({ until, runId: 'old', at: 1 }, { until: 5 }, { runId: 'new', at: 9 });
    expect(at(9)).toBeUndefined();
    expect(at(10)).toEqual({ until: 5, runId: 'new', at: 9 });
  });

  test('that begins exactly at the watermark leaves no gap', () => {
    const from = (start: number) =>
      movedWatermark({ until: 3, runId: 'old', at: 1 }, { from: start, until: 5 }, { runId: 'new', at: 9 });
    expect(from(3)).toEqual({ until: 5, runId: 'new', at: 9 });
    expect(from(4)).toBeUndefined();
  });

  test('moves watermarks to its end, or to the start of the run', () => {
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
