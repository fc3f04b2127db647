import { stuckRuns } from '../core/runs/run-stuck.ts';
import type { CaretakerPorts } from './ports.ts';

/** Sends a tick to every run that makes no progress because its last tick was lost. */
export async function reviveRuns({ runs, ticks, runSettings, clock }: CaretakerPorts): Promise<void> {
  for (const run of stuckRuns(await runs.open(), clock(), runSettings))
    await ticks.send({ runId: run.id }, 0);
}
