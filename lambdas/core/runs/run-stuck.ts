import { hasEnded, type Run } from './run.ts';
import { pauseAfter } from './run-pace.ts';
import type { RunSettings } from './run-settings.ts';

/** Open runs without progress for longer than their waits explain: their queue message was lost. An extra message is harmless. */
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
