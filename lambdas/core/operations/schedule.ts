import type { CareSettings } from '../base/care-settings.ts';
import type { Schedule, ScheduleName } from '../base/live-settings.ts';
import type { RunMode, RunOptions } from '../runs/run.ts';

/** What each schedule starts. */
export const scheduledRuns: Readonly<Record<ScheduleName, { mode: RunMode; options: RunOptions }>> = {
  reconcile: {
    mode: 'reconcile',
    options: { compare: 'versions', repair: ['source-ahead', 'missing'] },
  },
  incremental: { mode: 'incremental', options: {} },
  // Reports only: an operator decides whether to overwrite manual edits in the OMS.
  comparison: { mode: 'reconcile', options: { compare: 'oms' } },
  sweep: { mode: 'sweep', options: { dryRun: false } },
};

/** A handler has one run at a time, so the least frequent schedule goes first. */
export const schedulesByRarity: readonly ScheduleName[] = ['sweep', 'comparison', 'incremental', 'reconcile'];

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** The comparison reads every customer in the OMS, so it runs at night (UTC). */
const COMPARISON_AT = 120 * MINUTE;
/** Used when an operator enables a schedule that the stage has disabled. */
const usualMinutes: Readonly<Record<ScheduleName, number>> = {
  reconcile: 15,
  incremental: 1_440,
  comparison: 1_440,
  sweep: 10_080,
};

type Pace = Pick<
  CareSettings,
  'reconcileMinutes' | 'incrementalMinutes' | 'comparisonMinutes' | 'sweepMinutes'
>;

/** The schedule of the stage: its first start is one period from now. */
export function defaultSchedule(name: ScheduleName, care: Pace, now: number): Schedule {
  const stageMinutes = care[`${name}Minutes`];
  const everyMinutes = stageMinutes || usualMinutes[name];
  const nextAt = name === 'comparison' ? nextComparison(now) : now + everyMinutes * MINUTE;
  return { enabled: stageMinutes > 0, everyMinutes, nextAt, stageMinutes };
}

/**
 * The stored schedule, or that of the stage if none is stored. Changes by an operator survive every
 * deployment except one that changes the pace of the same schedule. Answers the stored object itself if
 * nothing has to be written.
 */
export function currentSchedule(
  name: ScheduleName,
  stored: Schedule | undefined,
  { care, now }: { readonly care: Pace; readonly now: number },
): Schedule {
  const fresh = defaultSchedule(name, care, now);
  const { stageMinutes } = fresh;
  if (!stored) return fresh;
  if (stageMinutes === undefined || stored.stageMinutes === stageMinutes) return stored;
  if (stored.stageMinutes === undefined) return { ...stored, stageMinutes };
  return { ...stored, ...fresh, nextAt: Math.min(stored.nextAt, fresh.nextAt) };
}

/** The next start, in the past if it is late. */
export function plannedAt({ nextAt, onceAt = nextAt }: Schedule): number {
  return Math.min(nextAt, onceAt);
}

export function isDue(schedule: Schedule, now: number): boolean {
  return schedule.enabled && plannedAt(schedule) <= now;
}

/** One additional start as soon as possible; a disabled schedule stays disabled. */
export function onceSoon(schedule: Schedule, now: number): Schedule {
  return !schedule.enabled || plannedAt(schedule) <= now ? schedule : { ...schedule, onceAt: now };
}

export function afterStart(schedule: Schedule, runId: string, now: number): Schedule {
  const { lastProblem: _solved, onceAt: _done, ...kept } = schedule;
  return { ...kept, lastAt: now, lastRunId: runId, nextAt: nextTime(schedule, now) };
}

/** A refused start is tried again in every pass for at most one period; then this period is skipped. */
export function afterRefusal(schedule: Schedule, code: string, now: number): Schedule {
  const isSkipped = now - plannedAt(schedule) >= schedule.everyMinutes * MINUTE;
  if (!isSkipped) return schedule.lastProblem === code ? schedule : { ...schedule, lastProblem: code };
  const { onceAt: _skipped, ...kept } = schedule;
  return { ...kept, lastProblem: code, nextAt: nextTime(schedule, now) };
}

/** The first time after now on the grid of planned starts: missed starts do not pile up. */
function nextTime({ nextAt, everyMinutes }: Schedule, now: number): number {
  const period = everyMinutes * MINUTE;
  return nextAt + Math.max(Math.floor((now - nextAt) / period) + 1, 0) * period;
}

function nextComparison(now: number): number {
  const today = Math.floor(now / DAY) * DAY + COMPARISON_AT;
  return today > now ? today : today + DAY;
}
