import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Workload } from '../plan/plan.ts';
import { addTotals, noTotals, type Totals } from './totals.ts';

export interface Batch {
  readonly from: number;
  readonly seeds: number;
  readonly workload: Workload;
  readonly jobs: number;
  /** Stop after this number of schedules with a broken promise. */
  readonly mostFound?: number;
}

/** Seeds that one job takes at a time. */
const PORTION = 50;

/** Runs a range of seeds on several threads. The total does not depend on which thread ran which seed. */
export async function runBatch(batch: Batch, onProgress: (totals: Totals) => void): Promise<Totals> {
  const totals = noTotals();
  const end = batch.from + batch.seeds;
  let next = batch.from;
  const workers = Array.from(
    { length: Math.min(batch.jobs, Math.ceil(batch.seeds / PORTION)) },
    () => new Worker(new URL('./worker.ts', import.meta.url)),
  );
  await Promise.all(
    workers.map(async (worker) => {
      while (next < end && totals.found.length < (batch.mostFound ?? 5)) {
        const from = next;
        next = Math.min(end, from + PORTION);
        worker.postMessage({ from, to: next, workload: batch.workload });
        const [part] = (await once(worker, 'message')) as [Totals];
        addTotals(totals, part);
        onProgress(totals);
      }
      await worker.terminate();
    }),
  );
  totals.found.sort((a, b) => a.seed - b.seed);
  return totals;
}
