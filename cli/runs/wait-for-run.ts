import type { ShownRun } from '../../lambdas/control/api/control-api.ts';
import { hasEnded } from '../../lambdas/core/runs/run.ts';
import { CliError } from '../cli-error.ts';
import type { Outcome } from '../exit-codes.ts';
import { progressLine } from '../render/progress-line.ts';
import { notAtSource } from '../render/render-run.ts';
import type { Session } from '../session.ts';
import { createProgressDisplay } from './progress-display.ts';

const POLL_MS = 1_000;
/** Polls in a row that may fail before the watching ends. The run itself continues anyway. */
const MAX_FAILED_POLLS = 30;

/** Watches a run until it has ended, or until Ctrl-C. Returns the run as it was last read. */
export async function waitForRun(session: Session, run: ShownRun): Promise<ShownRun> {
  const { shell } = session;
  const display = await createProgressDisplay(session);
  let latest = run;
  let failed = 0;
  while (!hasEnded(latest.status) && !shell.interrupted.aborted) {
    display.update(progressLine(latest, shell.now()));
    await shell.sleep(POLL_MS);
    try {
      latest = await session.control('run.show', { runId: run.id });
      failed = 0;
    } catch (error) {
      failed += 1;
      const mayPass = error instanceof CliError && error.kind === 'unavailable';
      if (!mayPass || failed >= MAX_FAILED_POLLS) throw error;
    }
  }
  display.done(progressLine(latest, shell.now()));
  if (!hasEnded(latest.status))
    session.remark(`The run continues. Watch it again: connector run show ${run.id} --wait`);
  return latest;
}

/** The outcome of a command that waited for a run. */
export function outcomeOfRun(run: ShownRun): Outcome {
  if (!hasEnded(run.status)) return 'interrupted';
  const succeeded = run.status === 'finished' && run.entries.failed === 0 && notAtSource(run) === 0;
  return succeeded ? 'ok' : 'problem';
}
