import { hasEnded, type Run } from './run.ts';
import { dueAt, secondsUntil } from './run-pace.ts';
import type { RunSettings } from './run-settings.ts';
import type { RunTick } from './run-tick.ts';

/**
 * What one message of the feeder's queue does, decided from the run as it is stored now. A page always goes this way:
 * plan -> send until the queue has accepted every message -> move the cursor -> message for the next step.
 */
export type Step =
  /** The run ended or is paused, or another message continues it. */
  | { readonly step: 'drop' }
  /** This step was done before, but the message for the next step may be missing. */
  | { readonly step: 'send-next' }
  | { readonly step: 'later'; readonly seconds: number }
  | { readonly step: 'fail'; readonly code: 'TOO_MANY_PAGES' | 'SWEEP_CAP' }
  | { readonly step: 'page' }
  /** All pages were sent: wait for the last outcomes, then end the run. */
  | { readonly step: 'settle' };

export interface StepFacts {
  readonly tick: RunTick;
  /** How often this message was received. */
  readonly receives: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly settings: RunSettings;
}

export function decideStep(run: Run | undefined, { tick, receives, now, settings }: StepFacts): Step {
  if (!run || run.status === 'paused' || hasEnded(run.status)) return { step: 'drop' };
  if (tick.page !== undefined && tick.page !== pageInHand(run)) {
    const isRepeated = tick.page === run.cursor.page && receives > 1;
    return { step: isRepeated ? 'send-next' : 'drop' };
  }
  const waits = run.waits ?? 0;
  if (tick.wait !== undefined && tick.wait !== waits) {
    const isRepeated = tick.wait === waits - 1 && receives > 1;
    return { step: isRepeated ? 'send-next' : 'drop' };
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

/** A sweep that would delete more than `sweepCap` deletes nothing. The cap rounds up, so a small shop may always delete one. */
function isOverCap({ options, counts }: Run, { sweepCap }: RunSettings): boolean {
  const gone = counts.classes.orphan ?? 0;
  return options.dryRun !== true && gone > Math.ceil(counts.listed * sweepCap);
}

/** Seconds until the next check for the last outcomes: short at first, then longer, at most `waitSeconds`. */
export function settlePause(run: Run, now: number, { waitSeconds }: RunSettings): number {
  const waited = (now - (run.sentAt ?? now)) / 1_000;
  return Math.max(1, Math.min(Math.ceil(waited / 2), waitSeconds));
}
