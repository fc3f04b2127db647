import { describe, expect, test } from 'vitest';
import { careSettings } from '../../../lambdas/core/base/care-settings.ts';
import type { Schedule } from '../../../lambdas/core/base/live-settings.ts';
import {
  afterRefusal,
  afterStart,
  currentSchedule,
  defaultSchedule,
  isDue,
  onceSoon,
} from '../../../lambdas/core/operations/schedule.ts';

const care = careSettings.parse({});
const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse('2026-11-20T10:00:00Z');
const every3h: Schedule = { enabled: true, everyMinutes: 180, nextAt: start };

describe('a schedule', () => {
  test('starts one period after its planned time, however late the last start was', () => {
    expect(afterStart(every3h, 'run', start + 2 * minute)).toMatchObject({
      lastAt: start + 2 * minute,
      lastRunId: 'run',
      nextAt: start + 3 * hour,
    });
  });

  test('does not make up for missed starts', () => {
    expect(afterStart(every3h, 'run', start + 100 * hour).nextAt).toBe(start + 102 * hour);
    expect(afterStart(every3h, 'run', start + 3 * hour).nextAt).toBe(start + 6 * hour);
  });

  test('starts at its new time after it was moved, not before', () => {
    const moved = { ...every3h, nextAt: start + hour };
    expect(isDue(moved, start + hour - 1)).toBe(false);
    expect(isDue(moved, start + hour)).toBe(true);
  });

  test('never starts while it is off', () => {
    expect(isDue({ ...every3h, enabled: false }, start + 1_000 * hour)).toBe(false);
  });

  test('is due again in the next pass after a refusal, and keeps the reason', () => {
    const refused = afterRefusal(every3h, 'RUN_BUSY', start + minute);
    expect(refused).toEqual({ ...every3h, lastProblem: 'RUN_BUSY' });
    expect(isDue(refused, start + 2 * minute)).toBe(true);
  });

  test('has nothing to store after another refusal for the same reason', () => {
    const refused = afterRefusal(every3h, 'RUN_BUSY', start);
    expect(afterRefusal(refused, 'RUN_BUSY', start + minute)).toBe(refused);
  });

  test('skips a period in which every start was refused', () => {
    const refused = afterRefusal(every3h, 'HANDLER_PAUSED', start + 3 * hour);
    expect(refused).toEqual({ ...every3h, nextAt: start + 6 * hour, lastProblem: 'HANDLER_PAUSED' });
  });

  test('clears its problem when it starts', () => {
    expect(afterStart(afterRefusal(every3h, 'RUN_BUSY', start), 'run', start)).not.toHaveProperty(
      'lastProblem',
    );
  });
});

describe('one additional start of a schedule', () => {
  const soon = onceSoon(every3h, start - hour);

  test('is due at once and does not move the regular starts', () => {
    expect(isDue(soon, start - hour)).toBe(true);
    expect(afterStart(soon, 'run', start - hour)).toEqual({
      ...every3h,
      lastAt: start - hour,
      lastRunId: 'run',
    });
    expect(afterStart(soon, 'run', start).nextAt).toBe(start + 3 * hour);
  });

  test('is also possible for a schedule that was moved far into the future', () => {
    const moved = { ...every3h, nextAt: start + 100 * hour };
    expect(afterStart(onceSoon(moved, start), 'run', start).nextAt).toBe(start + 100 * hour);
  });

  test('is not added while the schedule is off', () => {
    const off = { ...every3h, enabled: false };
    expect(onceSoon(off, start - hour)).toBe(off);
  });

  test('is dropped after one period of refusals', () => {
    expect(afterRefusal(soon, 'RUN_BUSY', start)).toEqual({ ...soon, lastProblem: 'RUN_BUSY' });
    expect(afterRefusal(soon, 'RUN_BUSY', start + 2 * hour)).toEqual({
      ...every3h,
      nextAt: start + 3 * hour,
      lastProblem: 'RUN_BUSY',
    });
  });
});

describe('the default of a schedule', () => {
  test.each([
    ['reconcile', 15, '2026-11-20T10:15:00Z'],
    ['incremental', 1_440, '2026-11-21T10:00:00Z'],
    ['comparison', 1_440, '2026-11-21T02:00:00Z'],
    ['sweep', 10_080, '2026-11-27T10:00:00Z'],
  ] as const)('%s starts every %i minutes, first at %s', (name, everyMinutes, nextAt) => {
    expect(defaultSchedule(name, care, start)).toEqual({
      enabled: true,
      everyMinutes,
      nextAt: Date.parse(nextAt),
      stageMinutes: everyMinutes,
    });
  });

  test('starts the comparison in the same night before two o’clock', () => {
    const { nextAt } = defaultSchedule('comparison', care, Date.parse('2026-11-20T01:59:00Z'));
    expect(new Date(nextAt).toISOString()).toBe('2026-11-20T02:00:00.000Z');
  });

  test('is off if the stage says 0, with the usual pace for a later switch', () => {
    const off = careSettings.parse({ sweepMinutes: 0 });
    expect(defaultSchedule('sweep', off, start)).toMatchObject({ enabled: false, everyMinutes: 10_080 });
  });
});

describe('a deployment', () => {
  const stored: Schedule = { ...every3h, stageMinutes: 15 };

  test('keeps what an operator set if the pace is unchanged', () => {
    expect(currentSchedule('reconcile', stored, { care, now: start })).toBe(stored);
  });

  test('replaces the schedule if the pace changes, and starts it no later than before', () => {
    const faster = careSettings.parse({ reconcileMinutes: 5 });
    expect(
      currentSchedule('reconcile', { ...stored, nextAt: start + hour }, { care: faster, now: start }),
    ).toEqual({
      enabled: true,
      everyMinutes: 5,
      nextAt: start + 5 * minute,
      stageMinutes: 5,
    });
  });

  test('switches the schedule off and keeps its history', () => {
    const off = careSettings.parse({ reconcileMinutes: 0 });
    const ran = { ...stored, lastAt: 1, lastRunId: 'run' };
    expect(currentSchedule('reconcile', ran, { care: off, now: start })).toMatchObject({
      enabled: false,
      lastRunId: 'run',
    });
  });

  test('keeps the pace of an operator who set the schedule first, and stores that of the stage', () => {
    expect(currentSchedule('reconcile', every3h, { care, now: start })).toEqual({
      ...every3h,
      stageMinutes: 15,
    });
  });
});
