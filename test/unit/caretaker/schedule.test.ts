import { describe, expect, test } from 'vitest';
import { careSettings } from '../../../lambdas/core/base/care-settings.ts';
import type { Schedule } from '../../../lambdas/core/base/live-settings.ts';
import {
  afterRefusal,
  afterStart,
  defaultSchedule,
  followStage,
  isDue,
  onceSoon,
} from '../../../lambdas/core/operations/schedule.ts';

const care = careSettings.parse({});
const minute = 60_000;
const hour = 60 * minute;
const start = Date.parse('2026-11-20T10:00:00Z');
const every3h: Schedule = { enabled: true, everyMinutes: 180, nextAt: start };

describe('a schedule', () => {
  test('that runs every three hours comes three hours after its planned time, however late it was started', () => {
    expect(afterStart(every3h, 'run', start + 2 * minute)).toMatchObject({
      lastAt: start + 2 * minute,
      lastRunId: 'run',
      nextAt: start + 3 * hour,
    });
  });

  test('does not pile up what a long sleep left out', () => {
    expect(afterStart(every3h, 'run', start + 100 * hour).nextAt).toBe(start + 102 * hour);
    expect(afterStart(every3h, 'run', start + 3 * hour).nextAt).toBe(start + 6 * hour);
  });

  test('that was moved starts at its new time, not before', () => {
    const moved = { ...every3h, nextAt: start + hour };
    expect(isDue(moved, start + hour - 1)).toBe(false);
    expect(isDue(moved, start + hour)).toBe(true);
  });

  test('that is off never starts', () => {
    expect(isDue({ ...every3h, enabled: false }, start + 1_000 * hour)).toBe(false);
  });

  test('that is refused is due again at the next look, with the reason noted', () => {
    const refused = afterRefusal(every3h, 'RUN_BUSY', start + minute);
    expect(refused).toEqual({ ...every3h, lastProblem: 'RUN_BUSY' });
    expect(isDue(refused, start + 2 * minute)).toBe(true);
  });

  test('that is refused again for the same reason has nothing to store', () => {
    const refused = afterRefusal(every3h, 'RUN_BUSY', start);
    expect(afterRefusal(refused, 'RUN_BUSY', start + minute)).toBe(refused);
  });

  test('that is refused for a whole period leaves this period out', () => {
    const refused = afterRefusal(every3h, 'HANDLER_PAUSED', start + 3 * hour);
    expect(refused).toEqual({ ...every3h, nextAt: start + 6 * hour, lastProblem: 'HANDLER_PAUSED' });
  });

  test('forgets its problem when it starts', () => {
    expect(afterStart(afterRefusal(every3h, 'RUN_BUSY', start), 'run', start)).not.toHaveProperty(
      'lastProblem',
    );
  });
});

describe('a schedule that is brought forward once', () => {
  const soon = onceSoon(every3h, start - hour);

  test('is due at once, and its other times stay', () => {
    expect(isDue(soon, start - hour)).toBe(true);
    expect(afterStart(soon, 'run', start - hour)).toEqual({
      ...every3h,
      lastAt: start - hour,
      lastRunId: 'run',
    });
    expect(afterStart(soon, 'run', start).nextAt).toBe(start + 3 * hour);
  });

  test('also one that was moved far into the future', () => {
    const moved = { ...every3h, nextAt: start + 100 * hour };
    expect(afterStart(onceSoon(moved, start), 'run', start).nextAt).toBe(start + 100 * hour);
  });

  test('stays off when it is off', () => {
    const off = { ...every3h, enabled: false };
    expect(onceSoon(off, start - hour)).toBe(off);
  });

  test('is refused for a period at most, like any other', () => {
    expect(afterRefusal(soon, 'RUN_BUSY', start)).toEqual({ ...soon, lastProblem: 'RUN_BUSY' });
    expect(afterRefusal(soon, 'RUN_BUSY', start + 2 * hour)).toEqual({
      ...every3h,
      nextAt: start + 3 * hour,
      lastProblem: 'RUN_BUSY',
    });
  });
});

describe('what nobody stored', () => {
  test.each([
    ['reconcile', 15, '2026-11-20T10:15:00Z'],
    ['incremental', 1_440, '2026-11-21T10:00:00Z'],
    ['comparison', 1_440, '2026-11-21T02:00:00Z'],
    ['sweep', 10_080, '2026-11-27T10:00:00Z'],
  ] as const)('%s comes every %i minutes, first at %s', (name, everyMinutes, nextAt) => {
    expect(defaultSchedule(name, care, start)).toEqual({
      enabled: true,
      everyMinutes,
      nextAt: Date.parse(nextAt),
      stageMinutes: everyMinutes,
    });
  });

  test('the comparison waits for the same night when it is before two', () => {
    const { nextAt } = defaultSchedule('comparison', care, Date.parse('2026-11-20T01:59:00Z'));
    expect(new Date(nextAt).toISOString()).toBe('2026-11-20T02:00:00.000Z');
  });

  test('is off when the stage says 0, with the usual pace for whoever switches it on', () => {
    const off = careSettings.parse({ sweepMinutes: 0 });
    expect(defaultSchedule('sweep', off, start)).toMatchObject({ enabled: false, everyMinutes: 10_080 });
  });
});

describe('a deployment', () => {
  const stored: Schedule = { ...every3h, stageMinutes: 15 };

  test('that does not touch the pace leaves what an operator set', () => {
    expect(followStage(stored, 'reconcile', care, start)).toBe(stored);
  });

  test('that changes the pace changes the schedule, and lets it come no later than it would have', () => {
    const faster = careSettings.parse({ reconcileMinutes: 5 });
    expect(followStage({ ...stored, nextAt: start + hour }, 'reconcile', faster, start)).toEqual({
      enabled: true,
      everyMinutes: 5,
      nextAt: start + 5 * minute,
      stageMinutes: 5,
    });
  });

  test('that switches it off switches it off, and keeps its history', () => {
    const off = careSettings.parse({ reconcileMinutes: 0 });
    const ran = { ...stored, lastAt: 1, lastRunId: 'run' };
    expect(followStage(ran, 'reconcile', off, start)).toMatchObject({ enabled: false, lastRunId: 'run' });
  });

  test('a schedule that an operator made first keeps its pace and learns that of the stage', () => {
    expect(followStage(every3h, 'reconcile', care, start)).toEqual({ ...every3h, stageMinutes: 15 });
  });
});
