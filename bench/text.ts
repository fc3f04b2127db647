import { textTable } from '../local/table.ts';
import { fluentCalls, queueRequests } from './counts.ts';
import type { Bar, BenchReport, BundleReport, RequestReport, ThroughputRun } from './report.ts';

/** The report as text for a terminal. */
export function renderText({
  at,
  commit,
  machine,
  bundles,
  requests,
  throughput,
  bars,
}: BenchReport): string {
  return [
    `  ${at.slice(0, 16).replace('T', ' ')} UTC, commit ${commit}, Node ${machine.node}, ${machine.cores} shared cores, load ${machine.loadBefore} before and ${machine.loadAfter} after`,
    ...(bundles ? [renderBundles(bundles)] : []),
    ...(requests ? renderRequests(requests) : []),
    ...(throughput ? [renderThroughput(throughput)] : []),
    renderBars(bars),
  ].join('\n\n');
}

function renderBundles({ bundles, samples }: BundleReport): string {
  return textTable(
    [`bundle (import: median of ${samples})`, 'kB', 'import ms', 'quartiles', 'x floor'],
    bundles.map(({ name, bytes, importMs, importMsQuartiles, importToFloor }) => [
      name,
      Math.round(bytes / 1_000),
      importMs,
      importMsQuartiles.join(' - '),
      fixed(importToFloor, 2),
    ]),
  );
}

function renderRequests({ scenarios, idleReceivesPerMinute }: RequestReport): string[] {
  return [
    textTable(
      ['per change', 'changes', 'bus', 'SQS', 'read u.', 'write u.', 'Lambda', 'CT reads', 'Fluent', 'batch'],
      scenarios.map(({ title, changes, perChange, messagesPerInvocation }) => [
        title,
        changes,
        fixed(perChange.partnerEvents + perChange.internalEvents, 2),
        fixed(queueRequests(perChange), 2),
        fixed(perChange.readUnits, 2),
        fixed(perChange.writeUnits, 2),
        fixed(perChange.invocations, 2),
        fixed(perChange.commercetoolsReads, 2),
        fixed(fluentCalls(perChange), 2),
        `${messagesPerInvocation['customer'] ?? 0}`,
      ]),
    ),
    textTable(
      [
        '$ per million changes',
        'buses',
        'SQS',
        'DynamoDB',
        'Lambda req.',
        'counted',
        'Lambda time, measured',
      ],
      scenarios.map(({ title, dollarsPerMillion: cost }) => [
        title,
        ...[cost.buses, cost.queues, cost.table, cost.lambdaRequests, cost.counted, cost.lambdaDuration].map(
          (dollars) => fixed(dollars, 2),
        ),
      ]),
    ),
    `  not included: ${idleReceivesPerMinute} receives per minute that found nothing while nothing changed (AWS polls at another rate)`,
  ];
}

function renderThroughput(runs: readonly ThroughputRun[]): string {
  return textTable(
    [
      'end to end',
      'seconds',
      'changes/s',
      'writes/s',
      'different',
      'lost',
      'peak MB',
      'CT reads',
      'Fluent',
      'write u.',
    ],
    runs.map((run) => [
      run.title,
      run.seconds,
      run.changesPerSecond,
      run.fluentWritesPerSecond,
      run.mismatches,
      run.lost,
      run.peakMemoryMb,
      fixed(run.commercetoolsReadsPerChange, 2),
      fixed(run.fluentCallsPerChange, 2),
      fixed(run.writeUnitsPerChange, 2),
    ]),
  );
}

function renderBars(bars: readonly Bar[]): string {
  return textTable(
    ['bar', 'actual', 'at most', ''],
    bars.map(({ name, actual, limit, aim, unit, isKept, isClock }) => [
      name,
      Math.round(actual * 100) / 100,
      `${limit} ${unit}${aim === undefined ? '' : `, aim ${aim}`}`,
      `${isKept ? 'ok' : 'MISSED'}${isClock ? ' (time)' : ''}`,
    ]),
  );
}

function fixed(value: number, digits: number): string {
  return value.toFixed(digits);
}
