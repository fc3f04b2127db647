import { hasEnded, type Run, type RunCounts, type RunPage, type RunProgress } from './run.ts';
import { dueAt, secondsUntil } from './run-pace.ts';
import type { RunSettings } from './run-settings.ts';
import type { RunTick } from './run-tick.ts';

/**
 * The decisions of the feeder, one tick at a time. Pure: what the run's row says and what time it is go in, what to do next comes
 * out. The order of a page is fixed: plan -> send until every message was taken -> advance -> next tick.
 */
export type Step =
  /** Nobody waits for this tick: the run ended, is paused, or another tick has its page. */
  | { readonly step: 'drop' }
  /** What this tick was for is done, but perhaps the next tick was not sent. */
  | { readonly step: 'next-tick' }
  | { readonly step: 'later'; readonly seconds: number }
  | { readonly step: 'fail'; readonly code: 'TOO_MANY_PAGES' | 'SWEEP_CAP' }
  | { readonly step: 'page' }
  /** All pages were sent: wait for the last outcomes, then end. */
  | { readonly step: 'settle' };

export interface TickFacts {
  readonly tick: RunTick;
  /** How often this message was received. */
  readonly receives: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly settings: RunSettings;
}

export function decideTick(run: Run | undefined, facts: TickFacts): Step {
  if (!run || run.status === 'paused' || hasEnded(run.status)) return { step: 'drop' };
  const { tick, receives, now, settings } = facts;
  if (tick.page !== undefined && tick.page !== pageInHand(run)) {
    const isRepeated = tick.page === run.cursor.page && receives > 1;
    return { step: isRepeated ? 'next-tick' : 'drop' };
  }
  const waits = run.waits ?? 0;
  if (tick.wait !== undefined && tick.wait !== waits) {
    const isRepeated = tick.wait === waits - 1 && receives > 1;
    return { step: isRepeated ? 'next-tick' : 'drop' };
  }
  if (run.cursor.stage === 'done') return { step: 'settle' };
  if (run.cursor.page >= settings.maxPages) return { step: 'fail', code: 'TOO_MANY_PAGES' };
  if (run.cursor.stage === 'confirm' && isOverCap(run, settings)) return { step: 'fail', code: 'SWEEP_CAP' };
  const seconds = secondsUntil(dueAt(run), now);
  return seconds > 0 ? { step: 'later', seconds } : { step: 'page' };
}

export function pageInHand({ cursor }: Pick<Run, 'cursor'>): number {
  return cursor.page + 1;
}

/** A sweep that would delete more than its share of the rows deletes nothing. At least one may go, else a small shop had no sweep. */
function isOverCap({ options, counts }: Run, { sweepCap }: RunSettings): boolean {
  const gone = counts.classes.orphan ?? 0;
  return options.dryRun !== true && gone > Math.ceil(counts.listed * sweepCap);
}

/** What came of looking at a page: the plan of a page before it has its place in the run. */
export interface Decision extends Pick<RunPage, 'entries' | 'differences'> {
  readonly listed: number;
  readonly classes?: RunCounts['classes'];
  readonly expected?: number;
  readonly next: Omit<RunProgress['cursor'], 'page'>;
}

export function pageOf(
  run: Run,
  { entries, differences, listed, classes, expected, next }: Decision,
): RunPage {
  const page = pageInHand(run);
  return {
    runId: run.id,
    page,
    entries,
    differences,
    progress: {
      cursor: { page, ...next },
      counts: {
        listed: run.counts.listed + listed,
        planned: run.counts.planned + entries.length,
        classes: sum(run.counts.classes, classes ?? {}),
      },
      ...(expected !== undefined && { expected }),
      ...(entries.length > 0 && { sent: entries.length }),
    },
  };
}

function sum(a: RunCounts['classes'], b: RunCounts['classes']): RunCounts['classes'] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof RunCounts['classes']>;
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
}

/** Pause before the next look for the last outcomes: short at first, then longer, at most `waitSeconds`. */
export function settlePause(run: Run, now: number, { waitSeconds }: RunSettings): number {
  const waited = (now - (run.sentAt ?? now)) / 1_000;
  return Math.max(1, Math.min(Math.ceil(waited / 2), waitSeconds));
}
