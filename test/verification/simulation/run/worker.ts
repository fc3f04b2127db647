import { parentPort } from 'node:worker_threads';
import type { Workload } from '../plan/plan.ts';
import { runSchedule } from '../world/schedule.ts';
import { addSchedule, noTotals } from './totals.ts';

/** One thread of a batch: receives portions of seeds, returns their totals. */
// Every fault is an error that is caught: its stack would cost more than everything else.
Error.stackTraceLimit = 0;

parentPort?.on(
  'message',
  async ({ from, to, workload }: { from: number; to: number; workload: Workload }) => {
    const totals = noTotals();
    for (let seed = from; seed < to; seed++) addSchedule(totals, await runSchedule({ seed, workload }));
    parentPort?.postMessage(totals);
  },
);
