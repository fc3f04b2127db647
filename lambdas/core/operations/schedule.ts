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
  // Reports only: whether what was edited by hand in the OMS is overwritten is an operator's decision.
  comparison: { mode: 'reconcile', options: { compare: 'oms' } },
  sweep: { mode: 'sweep', options: { dryRun: false } },
};

/** One run of a handler at a time: whoever comes seldom goes first. */
export const schedulesByRarity: readonly ScheduleName[] = ['sweep', 'comparison', 'incremental', 'reconcile'];

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** The comparison reads every customer in the OMS: at night, UTC. */
const COMPARISON_AT = 120 * MINUTE;
/** Pace of a schedule that the stage has off, once somebody switches it on. */
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

/** What a schedule is while nothing is stored: as the stage asks, for the first time one period from now. */
export function defaultSchedule(name: ScheduleName, care: Pace, now: number): Schedule {
  const stageMinutes = care[`${name}Minutes`];
  const everyMinutes = stageMinutes || usualMinutes[name];
  const nextAt = name === 'comparison' ? nextComparison(now) : now + everyMinutes * MINUTE;
  return { enabled: stageMinutes > 0, everyMinutes, nextAt, stageMinutes };
}

/**
 * The schedule under the stage's present pace: what an operator set survives every deployment, except one that changes the
 * pace of this very schedule. Answers the same object if nothing is to be stored.
 */
export function followStage(schedule: Schedule, name: ScheduleName, care: Pace, now: number): Schedule {
  const fresh = defaultSchedule(name, care, now);
  const { stageMinutes } = fresh;
  if (stageMinutes === undefined || schedule.stageMinutes === stageMinutes) return schedule;
  if (schedule.stageMinutes === undefined) return { ...schedule, stageMinutes };
  return { ...schedule, ...fresh, nextAt: Math.min(schedule.nextAt, fresh.nextAt) };
}

/** When it should have started, or will. */
export function plannedAt({ nextAt, onceAt = nextAt }: Schedule): number {
  return Math.min(nextAt, onceAt);
}

export function isDue(schedule: Schedule, now: number): boolean {
  return schedule.enabled && plannedAt(schedule) <= now;
}

/** Once besides, as soon as it can be; one that is off stays off. */
export function onceSoon(schedule: Schedule, now: number): Schedule {
  return !schedule.enabled || plannedAt(schedule) <= now ? schedule : { ...schedule, onceAt: now };
}

export function afterStart(schedule: Schedule, runId: string, now: number): Schedule {
  const { lastProblem: _solved, onceAt: _done, ...kept } = schedule;
  return { ...kept, lastAt: now, lastRunId: runId, nextAt: nextTime(schedule, now) };
}

/** Tried again at every look, for one period at most: then it is this period that is left out, and the next one's turn. */
export function afterRefusal(schedule: Schedule, code: string, now: number): Schedule {
  const isLeftOut = now - plannedAt(schedule) >= schedule.everyMinutes * MINUTE;
  if (!isLeftOut) return schedule.lastProblem === code ? schedule : { ...schedule, lastProblem: code };
  const { onceAt: _leftOut, ...kept } = schedule;
  return { ...kept, lastProblem: code, nextAt: nextTime(schedule, now) };
}

/** The planned time after now, on the grid of the planned times: nothing piles up while nobody looked. */
function nextTime({ nextAt, everyMinutes }: Schedule, now: number): number {
  const period = everyMinutes * MINUTE;
  return nextAt + Math.max(Math.floor((now - nextAt) / period) + 1, 0) * period;
}

function nextComparison(now: number): number {
  const today = Math.floor(now / DAY) * DAY + COMPARISON_AT;
  return today > now ? today : today + DAY;
}
