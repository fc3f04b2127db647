import type { Run } from '../core/runs/run.ts';
import { RunRefused } from '../runtime/runs/start-run.ts';
import type { CaretakerPorts } from './ports.ts';

export type StartPorts = Pick<CaretakerPorts, 'startRun' | 'runs'>;
type Request = Parameters<CaretakerPorts['startRun']>[0];

/**
 * Starts a run that was planned for a time. A refusal is not an error: the caller tries again in the next
 * pass. If an earlier pass crashed after it started the run, answers that run.
 */
export async function start(
  ports: StartPorts,
  { plannedAt, ...request }: Request & { readonly plannedAt: number },
): Promise<{ runId: string } | { refused: string }> {
  try {
    return { runId: (await ports.startRun(request)).id };
  } catch (error) {
    if (!(error instanceof RunRefused)) throw error;
    const isSame = ({ id, startedBy, createdAt }: Run) =>
      id === error.runId && startedBy === request.startedBy && createdAt >= plannedAt;
    const started = error.runId === undefined ? undefined : (await ports.runs.open()).find(isSame);
    return started ? { runId: started.id } : { refused: error.code };
  }
}
