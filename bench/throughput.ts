import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { DemoReport } from '../local/demo/report.ts';
import type { Progress } from '../local/progress.ts';
import type { ThroughputRun } from './report.ts';

/** Creates `customers`; when Fluent has them, makes `changes` in one wave: updates, bursts, a few deletes. */
const workloads = [
  { title: '1,000 changes', customers: 200, changes: 800 },
  { title: '5,000 changes', customers: 1_000, changes: 4_000 },
  // None of these can collapse: each is a lookup and a write.
  { title: '5,000 new customers', customers: 5_000, changes: 0 },
] as const;
type Workload = (typeof workloads)[number];

const LIMIT_SECONDS = 1_200;

/** Changes per second from end to end, for growing numbers of changes. */
export async function measureThroughput(progress: Progress): Promise<ThroughputRun[]> {
  const runs: ThroughputRun[] = [];
  for (const workload of workloads) {
    progress.done(`running the demo: ${workload.title}`);
    runs.push(toRun(workload.title, await runDemo(workload)));
  }
  return runs;
}

/** Runs the demo without duplicates, in a separate process, so that its memory can be measured. */
async function runDemo({ title, customers, changes }: Workload): Promise<DemoReport> {
  const options = { customers, changes, waves: 1, duplicates: 0, limit: LIMIT_SECONDS };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const demo = join(import.meta.dirname, '../local/demo.ts');
  const child = spawn(process.execPath, [demo, '--json', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  const text = Buffer.concat(output).toString();
  // Exit code 1 with a report: the bars show what differs.
  if (text.startsWith('{')) return JSON.parse(text);
  throw new Error(`The demo with ${title} exited with code ${code} and printed no report.`);
}

export function toRun(title: string, report: DemoReport): ThroughputRun {
  const { changes, flowMs, fluentCalls, dynamoDb } = report;
  const each = (count: number) => Math.round((count / changes) * 1e4) / 1e4;
  const perSecond = (count: number) => Math.round((count / flowMs) * 1e4) / 10;
  const requests = Object.entries(report.awsRequests)
    .filter(([name]) => /^(events|sqs|dynamodb|secretsmanager):/.test(name))
    .map(([name, count]): [string, number] => [name, each(count)]);
  return {
    title,
    changes,
    seconds: Math.round(flowMs / 100) / 10,
    changesPerSecond: perSecond(changes),
    fluentWritesPerSecond: perSecond(fluentCalls.create + fluentCalls.update),
    mismatches: report.mismatches.length,
    lost: report.lost,
    peakMemoryMb: report.memoryMb.peak,
    commercetoolsReadsPerChange: each(report.commercetoolsReads),
    fluentCallsPerChange: each(fluentCalls.lookup + fluentCalls.create + fluentCalls.update),
    readUnitsPerChange: each(dynamoDb.readUnits),
    writeUnitsPerChange: each(dynamoDb.writeUnits),
    awsRequestsPerChange: Object.fromEntries(requests),
  };
}
