import { startCatchUp } from '../runtime/runs/catch-up.ts';
import { startRun } from '../runtime/runs/start-run.ts';
import type { ControlPorts } from './ports.ts';

export interface CatchUpBegun {
  readonly catchUpRunIds: string[];
  readonly replay: string;
  readonly note?: string;
}

/**
 * Brings what happened since `from` (milliseconds since the epoch): a replay of the bus's archive, because only
 * notifications tell of deletes and erasures, and a reconcile of every handler, because only it looks at the source itself.
 * A reconcile that cannot begin now is begun by the caretaker.
 */
export async function catchUp(ports: ControlPorts, from: number, startedBy: string): Promise<CatchUpBegun> {
  const now = ports.clock();
  const start = from - ports.runSettings.overlapSeconds * 1_000;
  const replay = await ports.switches.replay(`catch-up-${from}-${now}`, start, now);
  const startingRuns = {
    ...ports,
    startRun: (request: Parameters<typeof startRun>[1]) => startRun(ports, request),
  };
  const { runs, refusals } = await startCatchUp(startingRuns, from, startedBy);
  const catchUpRunIds = Object.values(runs);
  if (refusals.length === 0) return { catchUpRunIds, replay };
  const note =
    `Real-time sync is on. The past is not caught up yet: ${refusals.join('; ')} ` +
    'Once that is over, the reconcile begins by itself within a minute or two; `status` shows it.';
  return { catchUpRunIds, replay, note };
}
