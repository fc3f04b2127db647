/** npm run simulate: seeded schedules of the real connector under faults. See --help. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Workload, workloads } from './plan/plan.ts';
import { runBatch } from './run/batch.ts';
import { crashWorkloads, everyCrash } from './run/crash-points.ts';
import { reachabilityTable } from './run/reachability.ts';
import { shrink } from './run/shrink.ts';
import { digestText, type Totals } from './run/totals.ts';
import { runSchedule } from './world/schedule.ts';

const help = `Runs the real listener, router, customer handler, run feeder, caretaker and control over models of SQS, EventBridge,
DynamoDB, Lambda, commercetools and Fluent: one thread, a virtual clock, seeded faults. The same seed gives the same schedule.

  npm run simulate -- [options]

  --seeds N        number of schedules (1000)
  --from N         first seed (1)
  --workload NAME  ${workloads.join(', ')} (mixed)
  --jobs N         threads (${availableParallelism()}); the digest does not depend on it
  --shrink         find the shortest schedule that breaks the same promise
  --replay SEED    run one seed and print what happened
  --reach          print what was reached, and fail if something was hit less than 100 times per 20,000 schedules
  --crash-points X single or pairs: no random faults, but a crash at every possible point, in six workloads
  --json           print the totals as JSON

Exit code 1: a promise was broken. The invariants I1 to I11 are explained in docs/testing.md.`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    workload: { type: 'string', default: 'mixed' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    shrink: { type: 'boolean', default: false },
    replay: { type: 'string' },
    reach: { type: 'boolean', default: false },
    'crash-points': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function readNumber(name: 'seeds' | 'from' | 'jobs'): number {
  const number = Number(values[name]);
  if (!Number.isInteger(number) || number < (name === 'from' ? 0 : 1))
    fail(`--${name} must be a number above 0`);
  return number;
}

function readWorkload(): Workload {
  const known = workloads.find((one) => one === values.workload);
  return known ?? fail(`--workload must be one of ${workloads.join(', ')}`);
}

function fail(message: string): never {
  console.error(`${message}\nSee --help.`);
  process.exit(2);
}

async function replay(text: string): Promise<void> {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0) fail('--replay must be a seed');
  const { lines, violations, virtualMs, digest } = await runSchedule({
    seed,
    workload: readWorkload(),
    isReadable: true,
  });
  console.log(lines.join('\n'));
  for (const { message } of violations) console.log(`BROKEN ${message}`);
  console.log(
    `seed=${seed} virtualHours=${hours(virtualMs)} violations=${violations.length} digest=${digestText(digest)}`,
  );
  process.exitCode = violations.length > 0 ? 1 : 0;
}

async function batch(): Promise<void> {
  const started = performance.now();
  const seeds = readNumber('seeds');
  const workload = readWorkload();
  let shownAt = 0;
  const totals = await runBatch(
    { from: readNumber('from'), seeds, workload, jobs: readNumber('jobs') },
    (so) => {
      const seconds = (performance.now() - started) / 1_000;
      if (values.json || (seconds - shownAt < 5 && so.schedules < seeds)) return;
      shownAt = seconds;
      console.log(
        `${so.schedules}/${seeds} schedules, ${Math.round(so.schedules / seconds)} a second, ${so.found.length} broken`,
      );
    },
  );
  const problems = values.reach ? printReachability(totals, workload) : 0;
  await printFound(totals, workload);
  if (values.json) console.log(JSON.stringify({ ...totals, digest: digestText(totals.digest) }));
  else
    console.log(
      `schedules=${totals.schedules} faults=${totals.faults} virtualHours=${hours(totals.virtualMs)} violations=${totals.found.length} digest=${digestText(totals.digest)}`,
    );
  process.exitCode = totals.found.length > 0 || problems > 0 ? 1 : 0;
}

async function crashPoints(depth: string): Promise<void> {
  if (depth !== 'single' && depth !== 'pairs') fail('--crash-points must be single or pairs');
  const seeds = depth === 'pairs' ? [1] : Array.from({ length: 20 }, (_, index) => index + 1);
  let [runs, broken] = [0, 0];
  for (const workload of crashWorkloads) {
    for (const seed of seeds) {
      const found = await everyCrash(workload, seed, depth === 'pairs' ? 2 : 1);
      runs += found.runs;
      broken += found.broken.length;
      for (const { at, first } of found.broken)
        console.log(`BROKEN workload=${workload} seed=${seed} crash at ${at.join(' and ')}: ${first}`);
    }
    console.log(`${workload}: ${runs} runs so far`);
  }
  console.log(`crashPoints=${depth} runs=${runs} violations=${broken}`);
  process.exitCode = broken > 0 ? 1 : 0;
}

function printReachability(totals: Totals, workload: Workload): number {
  const { lines, missing } = reachabilityTable(totals, workload);
  console.log(lines.join('\n'));
  if (missing.length > 0) console.log(`reached too rarely: ${missing.join('; ')}`);
  return missing.length;
}

async function printFound(totals: Totals, workload: Workload): Promise<void> {
  for (const { seed, first } of totals.found) console.log(`SEED=${seed} WORKLOAD=${workload} ${first}`);
  const [found] = totals.found;
  if (!found) return;
  const options = { seed: found.seed, workload, isReadable: true };
  const { result } = values.shrink ? await shrink(options) : { result: await runSchedule(options) };
  console.log(`\nTrace of seed ${found.seed}${values.shrink ? ', the shortest schedule found' : ''}:`);
  console.log(result.lines.join('\n'));
  console.log(`\nReplay: npm run simulate -- --workload ${workload} --replay ${found.seed}`);
}

function hours(milliseconds: number): number {
  return Math.round(milliseconds / 3_600_000);
}

if (values.help) console.log(help);
else if (values['crash-points'] !== undefined) await crashPoints(values['crash-points']);
else if (values.replay !== undefined) await replay(values.replay);
else await batch();
