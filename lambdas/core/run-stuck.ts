import { hasEnded, type Run } from './run.ts';
import type { RunSettings } from './run-settings.ts';

/** Longest delay of a tick in seconds: SQS's own. */
export const LONGEST_WAIT = 900;

/** Seconds until `sent` more resources are due; none without a rate. */
export function pauseAfter(sent: number, ratePerSecond: number | undefined): number {
  if (ratePerSecond === undefined) return 0;
  return Math.min(Math.ceil(sent / ratePerSecond), LONGEST_WAIT);
}

/**
 * Open runs that have shown no sign of life for longer than their own waits explain: their tick was lost, before the first page
 * or after any other. Another tick is harmless at any time.
 */
export function stuckRuns(
  runs: readonly Run[],
  now: number,
  settings: Pick<RunSettings, 'waitSeconds' | 'stuckSeconds' | 'pageSize'>,
): readonly Run[] {
  return runs.filter((run) => {
    if (run.status === 'paused' || hasEnded(run.status)) return false;
    const patience = Math.max(2 * settings.waitSeconds, settings.stuckSeconds);
    const pause = pauseAfter(settings.pageSize, run.ratePerSecond);
    const waitsUntil = Math.max(run.updatedAt + pause * 1_000, run.cursor.notBefore ?? 0);
    return now - waitsUntil > patience * 1_000;
  });
}
