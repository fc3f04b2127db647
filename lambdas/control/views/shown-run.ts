import { notFound } from '../../core/operations/control-error.ts';
import { hasEnded, type Run } from '../../core/runs/run.ts';
import { hooksAwaited } from '../../core/runs/run-hooks.ts';
import type { ShownRun } from '../api/control-api.ts';
import type { ControlPorts } from '../ports.ts';
import { prepareModeNote } from '../run-obstacles.ts';

/** Throws not-found RUN_UNKNOWN. */
export async function knownRun({ runs }: Pick<ControlPorts, 'runs'>, runId: string): Promise<Run> {
  const run = await runs.read(runId);
  if (run) return run;
  throw notFound(
    'RUN_UNKNOWN',
    `Run ${runId} does not exist. Runs are kept for a year; \`run list\` shows the latest.`,
  );
}

/** A run with its present counters. The schema of the output drops the fields that operators do not see. */
export async function showRun(
  { runs, handlers, settings }: Pick<ControlPorts, 'runs' | 'handlers' | 'settings'>,
  run: Run,
): Promise<ShownRun> {
  const entries = await runs.entryCounts(run.id);
  const reason = run.statusReason ?? run.reason;
  const waitsFor = hooksAwaited(handlers, run, entries);
  // The note costs a read, so it is made only where it may explain something.
  const mayBeRecorded = !hasEnded(run.status) || entries.skipped > 0;
  const note = mayBeRecorded && prepareModeNote(run, (await settings.handler(run.handler).read()).value);
  return {
    ...run,
    ...run.counts,
    ...run.cursor,
    entries,
    ...(reason !== undefined && { reason }),
    ...(waitsFor.length > 0 && { waitsFor }),
    ...(note && { note }),
  };
}
