import { notFound } from '../core/control-error.ts';
import type { Run } from '../core/run.ts';
import { hooksAwaited } from '../core/run-hooks.ts';
import type { ShownRun } from './operations.ts';
import type { ControlPorts } from './ports.ts';

/** The run with this id. Throws not-found RUN_UNKNOWN. */
export async function knownRun({ runs }: Pick<ControlPorts, 'runs'>, runId: string): Promise<Run> {
  const run = await runs.read(runId);
  if (run) return run;
  throw notFound(
    'RUN_UNKNOWN',
    `There is no run ${runId}. Runs are kept for a year; \`run list\` shows the latest.`,
  );
}

/** A run with its counters, exact at this moment. */
export async function showRun(
  { runs, handlers }: Pick<ControlPorts, 'runs' | 'handlers'>,
  run: Run,
): Promise<ShownRun> {
  const { id, handler, mode, status, startedBy, options, cursor, counts, createdAt, updatedAt } = run;
  const entries = await runs.entryCounts(id);
  const reason = run.statusReason ?? run.reason;
  const waitsFor = hooksAwaited(handlers, run, entries);
  return {
    ...{ id, handler, mode, status, startedBy, options, createdAt, updatedAt },
    ...(reason !== undefined && { reason }),
    ...(run.window && { window: { ...run.window } }),
    page: cursor.page,
    stage: cursor.stage,
    listed: counts.listed,
    planned: counts.planned,
    ...(run.expected !== undefined && { expected: run.expected }),
    classes: { ...counts.classes },
    entries: { ...entries },
    ...(waitsFor.length > 0 && { waitsFor }),
    ...(run.waitCode !== undefined && { waitCode: run.waitCode }),
    ...(run.ratePerSecond !== undefined && { ratePerSecond: run.ratePerSecond }),
    ...(run.endedAt !== undefined && { endedAt: run.endedAt }),
  };
}
