import { parentPort } from 'node:worker_threads';
import { plantedBugs } from './bugs.ts';
import { hunt } from './hunt.ts';

// Every fault is an error that is caught: its stack would cost more than everything else.
Error.stackTraceLimit = 0;

parentPort?.on('message', async ({ id, most }: { id: string; most: number }) => {
  const bug = plantedBugs.find((one) => one.id === id);
  if (!bug) throw new Error(`There is no planted bug ${id}.`);
  parentPort?.postMessage(await hunt(bug, most));
});
