import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { createRandom } from '@fluent-connector/twins/random';
import { numberOption, readOptions } from '../../../local/options.ts';
import { createProgress } from '../../../local/progress.ts';
import { type Input, idFrom } from './input.ts';
import { fuzzInput } from './mutations.ts';
import { type OutcomeCounts, runBatch, strategies } from './pipeline.ts';
import { shrink } from './shrink.ts';

const help = `npm run fuzz -- [options]

Sends generated bad input through the real listener, router and customer handler: recorded good messages and customers
with flipped bytes and changed members, and JSON of any kind, always next to good ones. Every input must be applied,
filtered, failed with a reason, or retried for an allowed reason. The good ones must be synced, no content may be logged,
and requests to Fluent must respect its lengths. Exit code 1 otherwise.

  --inputs N    number of inputs (default 100000)
  --seed N      seed of the first (default 1); input n has the seed N + n
  --seconds S   stop after this time (default: no limit)
  --jobs N      threads (default 2)
  --replay N    only the input with this seed, printed in full
  --help        this text`;

const BATCH = 8;

interface Share {
  readonly from: number;
  readonly inputs: number;
  readonly until: number;
}
interface Violation {
  readonly seed: number;
  readonly what: string;
  readonly text: string;
}
interface Tally extends OutcomeCounts {
  inputs: number;
  violations: Violation[];
}

const inputOf = (seed: number): Input => fuzzInput(createRandom(seed), idFrom(seed));
const strategyOf = (seed: number) => strategies[Math.floor(seed / BATCH) % strategies.length] ?? 'customerId';

async function runShare({ from, inputs, until }: Share, tell: (tally: Tally) => void): Promise<void> {
  let tally = emptyTally();
  for (let seed = from; seed < from + inputs && Date.now() < until; seed += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, from + inputs - seed) }, (_, n) => seed + n);
    const { counts, violations } = await runBatch(seeds.map(inputOf), strategyOf(seed));
    for (const name of ['applied', 'filtered', 'failed', 'retried'] as const) tally[name] += counts[name];
    tally.inputs += seeds.length;
    if (violations.length > 0)
      tally.violations.push(...(await culprits(seeds, strategyOf(seed), violations)));
    if (tally.inputs >= 2_000) {
      tell(tally);
      tally = emptyTally();
    }
  }
  tell(tally);
}

function emptyTally(): Tally {
  return { inputs: 0, applied: 0, filtered: 0, failed: 0, retried: 0, violations: [] };
}

/** Each input of a bad batch alone; if none is bad alone, the batch is reported by its first seed. */
async function culprits(
  seeds: readonly number[],
  strategy: (typeof strategies)[number],
  together: readonly string[],
): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const seed of seeds) {
    const input = inputOf(seed);
    const { violations } = await runBatch([input], strategy);
    const [first] = violations;
    if (first === undefined) continue;
    const kind = kindOf(first);
    const text = await shrink(textOf(input), async (smaller) => {
      const again = await runBatch([withText(input, smaller)], strategy);
      return again.violations.some((one) => kindOf(one) === kind);
    });
    found.push({ seed, what: violations.join('; ').slice(0, 300), text });
  }
  return found.length > 0
    ? found
    : [{ seed: seeds[0] ?? 0, what: `together only: ${together.join('; ')}`, text: '' }];
}

const kindOf = (violation: string): string => violation.split(':')[0] ?? '';
const textOf = ({ message, customer }: Input): string => message ?? customer ?? '';
const withText = (input: Input, text: string): Input =>
  input.message === undefined ? { ...input, customer: text } : { ...input, message: text };

async function replay(seed: number): Promise<never> {
  const input = inputOf(seed);
  console.log(JSON.stringify(input, null, 2));
  for (const strategy of strategies) {
    const { counts, violations } = await runBatch([input], strategy);
    console.log(strategy, counts, violations);
    if (violations.length > 0) process.exitCode = 1;
  }
  process.exit();
}

async function main(): Promise<void> {
  const values = readOptions(help, {
    inputs: 'string',
    seed: 'string',
    seconds: 'string',
    jobs: 'string',
    replay: 'string',
  });
  const highest = 2 ** 31;
  if (values['replay'] !== undefined)
    await replay(numberOption(values, 'replay', { fallback: 1, min: 0, max: highest }));
  const inputs = numberOption(values, 'inputs', { fallback: 100_000, min: 1, max: 2 ** 31 });
  const seed = numberOption(values, 'seed', { fallback: 1, min: 0, max: highest });
  const seconds = numberOption(values, 'seconds', { fallback: 1e6, min: 1, max: 1e6 });
  const jobs = numberOption(values, 'jobs', { fallback: 2, min: 1, max: 64 });
  const startedAt = Date.now();
  const total = emptyTally();
  const progress = createProgress();
  const share = Math.ceil(inputs / jobs / BATCH) * BATCH;
  const take = (tally: Tally) => {
    for (const name of ['inputs', 'applied', 'filtered', 'failed', 'retried'] as const)
      total[name] += tally[name];
    total.violations.push(...tally.violations);
    for (const one of tally.violations)
      console.log(
        `violation seed=${one.seed}: ${one.what}\n  ${one.text.slice(0, 2_000)}\n  npm run fuzz -- --replay ${one.seed}`,
      );
    const perSecond = Math.round(total.inputs / ((Date.now() - startedAt) / 1_000));
    progress.show(
      `${total.inputs} of ${inputs} inputs, ${perSecond} a second, ${total.violations.length} violations`,
    );
  };
  await Promise.all(
    Array.from({ length: jobs }, (_, job) => {
      const from = seed + job * share;
      const until = startedAt + seconds * 1_000;
      return work({ from, inputs: Math.max(0, Math.min(share, seed + inputs - from)), until }, take);
    }),
  );
  progress.done(`${Math.round((Date.now() - startedAt) / 1_000)} s`);
  const { violations, ...counts } = total;
  const parts = Object.entries(counts).map(([name, count]) => `${name}=${count}`);
  console.log(`${parts.join(' ')} violations=${violations.length} seed=${seed}`);
  if (violations.length > 0) process.exitCode = 1;
}

function work(share: Share, take: (tally: Tally) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    worker.on('message', take).on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A thread ended with ${code}.`))));
  });
}

if (isMainThread) await main();
else await runShare(workerData as Share, (tally) => parentPort?.postMessage(tally));
