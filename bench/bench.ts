import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions } from '../local/options.ts';
import { createProgress } from '../local/progress.ts';
import { barsOf, hasMissed } from './bars.ts';
import { measureBundles } from './bundles.ts';
import { commitNow, loadNow, machineNow } from './machine.ts';
import { renderPicture } from './picture.ts';
import type { BenchReport } from './report.ts';
import { measureRequests } from './requests.ts';
import { renderText } from './text.ts';
import { measureThroughput } from './throughput.ts';

const parts = ['bundles', 'requests', 'throughput'];
const help = `npm run bench -- [options]

Measures the connector on this machine, without a cloud:
  bundles     size and import time of each function, compared with client-dynamodb alone          (about 1 minute)
  requests    billed AWS requests and calls to both systems per change, and their cost            (about 3 minutes)
  throughput  changes per second from end to end: 1,000 and 5,000 changes, 5,000 new customers    (about 3 minutes)

  --only PART  measure one part and write no files
  --json       print the report as JSON; progress goes to standard error
  --help       this text

A full run writes bench/report.json and bench/report.svg. Exit code 1 when a bar is missed, except the import times: they
depend on the machine. docs/benchmark.md explains the figures.`;

const values = readOptions(help, { only: 'string', json: 'boolean' });
const only = values['only'];
if (only !== undefined && !parts.includes(String(only))) {
  console.error(`--only must be one of ${parts.join(', ')}, not "${only}".\nSee --help.`);
  process.exit(2);
}
const isWanted = (part: string) => only === undefined || only === part;

const progress = createProgress();
const at = new Date().toISOString();
const loadBefore = loadNow();
const measured = {
  at,
  commit: await commitNow(),
  ...(isWanted('bundles') && { bundles: await measureBundles(progress) }),
  ...(isWanted('requests') && { requests: await measureRequests(progress) }),
  ...(isWanted('throughput') && { throughput: await measureThroughput(progress) }),
  machine: machineNow(loadBefore),
};
const report: BenchReport = { ...measured, bars: barsOf(measured) };

if (only === undefined) {
  writeFileSync(join(import.meta.dirname, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(import.meta.dirname, 'report.svg'), renderPicture(report));
}
console.log(values['json'] ? JSON.stringify(report, null, 2) : `\n${renderText(report)}\n`);
process.exitCode = hasMissed(report.bars) ? 1 : 0;
