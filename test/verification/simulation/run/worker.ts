import { parentPort } from 'node:worker_threads';
import type { Workload } from '../plan/plan.ts';
import { runSchedule } from '../world/schedule.ts';
import { addSchedule, noTotals } from './totals.ts';

/** One thread of a batch: portions of seeds in, their sum out. */
// Every fault is an error that somebody catches: its stack would cost more than the rest of it.
Error.stackTraceLimit = 0;

parentPort?.on(
  'message',
  async ({ from, to, workload }: { from: number; to: number; workload: Workload }) => {
    const totals = noTotals();
    for (let seed = from; seed < to; seed++) addSchedule(totals, await runSchedule({ seed, workload }));
    parentPort?.postMessage(totals);
  },
);
