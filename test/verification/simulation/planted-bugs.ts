/** npm run planted-bugs: checks that the simulator finds known mistakes, one at a time. See --help. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { plantedBugs } from './planted/bugs.ts';
import type { Hunt } from './planted/hunt.ts';

const help = `Plants known mistakes of the delivery protocol into the sources at load time, one at a time and with the other
defences off, and runs simulated schedules until a promise is broken. The same schedules without the mistake must keep
every promise.

  npm run planted-bugs -- [options]

  --only PB2,PB11  only these bugs
  --most N         give up after N schedules (20000)
  --jobs N         threads (${availableParallelism()})

Exit code 1: the simulator did not find every bug.`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    most: { type: 'string', default: '20000' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', default: false },
  },
});

async function run(): Promise<void> {
  const only = values.only?.split(',');
  const waiting = plantedBugs.filter(({ id }) => !only || only.includes(id));
  const total = waiting.length;
  const hunts: Hunt[] = [];
  await Promise.all(
    Array.from({ length: Number(values.jobs) }, async () => {
      const worker = new Worker(new URL('./planted/worker.ts', import.meta.url));
      for (let bug = waiting.shift(); bug; bug = waiting.shift()) {
        worker.postMessage({ id: bug.id, most: Number(values.most) });
        const [hunt] = (await once(worker, 'message')) as [Hunt];
        hunts.push(hunt);
        console.log(row(hunt));
      }
      await worker.terminate();
    }),
  );
  const found = hunts.filter(({ after }) => after !== undefined).length;
  console.log(`planted=${total} found=${found} survived=${total - found}`);
  process.exitCode = found === total && total > 0 ? 0 : 1;
}

function row({ id, what, after, invariants }: Hunt): string {
  const verdict = after === undefined ? 'NOT FOUND' : `found after ${after}`;
  return `${id.padEnd(6)} ${verdict.padEnd(18)} ${invariants.join(' ').padEnd(10)} ${what}`;
}

if (values.help) console.log(help);
else await run();
