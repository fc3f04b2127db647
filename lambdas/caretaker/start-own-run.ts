import type { Run } from '../core/runs/run.ts';
import { RunRefused } from '../runtime/runs/start-run.ts';
import type { CaretakerPorts } from './ports.ts';

export type StartPorts = Pick<CaretakerPorts, 'startRun' | 'runs'>;
type Request = Parameters<CaretakerPorts['startRun']>[0];

/**
 * Starts a run that was planned for a time, or answers the code of why it cannot begin now: that is no fault, the next look asks
 * again. A look that died after its start left a run behind: that is the one.
 */
export async function start(
  ports: StartPorts,
  { plannedAt, ...request }: Request & { readonly plannedAt: number },
): Promise<{ runId: string } | { refused: string }> {
  try {
    return { runId: (await ports.startRun(request)).id };
  } catch (error) {
    if (!(error instanceof RunRefused)) throw error;
    const isOurs = ({ id, startedBy, createdAt }: Run) =>
      id === error.runId && startedBy === request.startedBy && createdAt >= plannedAt;
    const begun = error.runId === undefined ? undefined : (await ports.runs.open()).find(isOurs);
    return begun ? { runId: begun.id } : { refused: error.code };
  }
}
