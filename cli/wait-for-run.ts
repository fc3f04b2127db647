import type { ShownRun } from '../lambdas/control/api/control-api.ts';
import { hasEnded } from '../lambdas/core/runs/run.ts';
import { CliError } from './cli-error.ts';
import type { Ending } from './exit-codes.ts';
import { progressLine } from './render/progress-line.ts';
import { notAtSource } from './render/render-run.ts';
import type { Session } from './session.ts';

const LOOK_MS = 1_000;
/** Without a terminal a line is printed when it changed, and no more often than this. */
const LINE_MS = 5_000;
/** Looks in a row that may fail: the run does not care whether anybody watches. */
const MOST_FAILED_LOOKS = 30;

/** Watches a run until it has ended, or until Ctrl-C; the run goes on then. Answers how it was last seen. */
export async function waitForRun(session: Session, run: ShownRun): Promise<ShownRun> {
  const { shell } = session;
  const show = createDisplay(session);
  let latest = run;
  let failed = 0;
  while (!hasEnded(latest.status) && !shell.interrupted.aborted) {
    show(progressLine(latest, shell.now()));
    await shell.sleep(LOOK_MS);
    try {
      latest = await session.control('run.show', { runId: run.id });
      failed = 0;
    } catch (error) {
      failed += 1;
      const mayPass = error instanceof CliError && error.kind === 'unavailable';
      if (!mayPass || failed >= MOST_FAILED_LOOKS) throw error;
    }
  }
  show(progressLine(latest, shell.now()), true);
  if (!hasEnded(latest.status)) session.remark(`The run goes on. Look again: connector run show ${run.id}`);
  return latest;
}

/** How a command ends that waited for a run. */
export function endingOf(run: ShownRun): Ending {
  if (!hasEnded(run.status)) return 'interrupted';
  const isWell = run.status === 'finished' && run.entries.failed === 0 && notAtSource(run) === 0;
  return isWell ? 'ok' : 'problem';
}

/** One line that moves on a terminal, plain lines elsewhere, nothing for a script that wants JSON. */
function createDisplay({ shell, options }: Session): (line: string, isLast?: boolean) => void {
  let shown = '';
  let shownAt = 0;
  return (line, isLast = false) => {
    if (options.json) return;
    if (shell.isInteractive) {
      shell.err(`\r\u001b[K${line}${isLast ? '\n' : ''}`);
      return;
    }
    if (line === shown || (!isLast && shell.now() - shownAt < LINE_MS)) return;
    shown = line;
    shownAt = shell.now();
    shell.err(`${line}\n`);
  };
}
