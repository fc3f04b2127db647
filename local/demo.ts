import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isGood, renderReport } from './demo/report.ts';
import { runDemo } from './demo/run-demo.ts';
import { numberOption, readOptions } from './options.ts';
import { createProgress } from './progress.ts';
import { npmGone } from './stop-request.ts';

const help = `npm run demo -- [options]

Runs the whole connector on this machine, changes customers in the commercetools twin, waits until no message is left
and compares every customer with the Fluent twin. Exit code 0 only if all are equal and nothing is lost.

  --customers N    customers to create (default 200)
  --changes N      then so many changes: updates, bursts, deletes, one erasure (default 1000)
  --waves N        make the changes in N waves; Fluent catches up before each (default 4)
  --seed N         seed of every random choice (default 1)
  --duplicates X   share of notifications delivered twice, 0 to 1 (default 0.1)
  --limit N        seconds to wait after the last change until no message is left (default 300; 900 with --chaos)
  --chaos          cause faults in both systems and AWS, and kill workers, while the changes are made
  --json           print the report as JSON, progress to standard error (npm run --silent hides npm's own lines)
  --help           this text

Files: report .local/demo-report.json, logs of the functions .local/logs/demo/.`;

const values = readOptions(help, {
  customers: 'string',
  changes: 'string',
  seed: 'string',
  waves: 'string',
  duplicates: 'string',
  limit: 'string',
  chaos: 'boolean',
  json: 'boolean',
});
const options = {
  customers: numberOption(values, 'customers', { fallback: 200, min: 2, max: 20_000 }),
  changes: numberOption(values, 'changes', { fallback: 1_000, min: 0, max: 100_000 }),
  waves: numberOption(values, 'waves', { fallback: 4, min: 1, max: 1_000 }),
  seed: numberOption(values, 'seed', { fallback: 1, min: 0, max: 2 ** 31 }),
  duplicates: numberOption(values, 'duplicates', { fallback: 0.1, min: 0, max: 1, isFraction: true }),
  limitSeconds: numberOption(values, 'limit', { fallback: values['chaos'] ? 900 : 300, min: 1, max: 3_600 }),
  chaos: values['chaos'] === true,
};

void npmGone().then(() => process.exit(1));
const report = await runDemo(options, createProgress());
const folder = join(import.meta.dirname, '../.local');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'demo-report.json'), `${JSON.stringify(report, null, 2)}\n`);
console.log(values['json'] ? JSON.stringify(report, null, 2) : `\n${renderReport(report)}\n`);
process.exitCode = isGood(report) ? 0 : 1;
