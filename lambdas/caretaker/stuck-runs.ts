import { stuckRuns } from '../core/runs/run-stuck.ts';
import type { CaretakerPorts } from './ports.ts';

/** A run lives by its ticks; one whose last tick was lost gets a new one. */
export async function reviveRuns({ runs, ticks, runSettings, clock }: CaretakerPorts): Promise<void> {
  for (const run of stuckRuns(await runs.open(), clock(), runSettings))
    await ticks.send({ runId: run.id }, 0);
}
