import { type BarChart, chartHeight, drawBarChart, text } from './bar-chart.ts';
import { fluentCalls, queueRequests } from './counts.ts';
import type { BenchReport, BundleReport, RequestReport, ThroughputRun } from './report.ts';
import { element, picture, type Svg } from './svg.ts';

const palette = {
  ours: '#2c6fbb',
  floor: '#8a96a3',
  buses: '#2c6fbb',
  queues: '#3aa17e',
  table: '#d98e04',
  lambda: '#b0478f',
  commercetools: '#7a5bc7',
  fluent: '#c8553d',
} as const;

const width = 1000;
const margin = 32;
const gap = 34;

/** The report as one picture: a chart under the other. */
export function renderPicture(report: BenchReport): string {
  const { bundles, requests, throughput, at, commit, machine } = report;
  const charts = [
    ...(bundles ? [sizeChart(bundles), importChart(bundles)] : []),
    ...(requests ? [requestChart(requests), costChart(requests)] : []),
    ...(throughput ? [throughputChart(throughput)] : []),
  ];
  const drawn: Svg[] = [];
  let y = 92;
  for (const chart of charts) {
    drawn.push(drawBarChart(chart, { x: margin, y, width: width - 2 * margin }));
    y += chartHeight(chart) + gap;
  }
  const title = 'commercetools-fluent-connector: benchmark';
  return picture(
    { width, height: y, title },
    element('rect', { x: 0, y: 0, width, height: y, fill: '#ffffff' }),
    text(title, { x: margin, y: 42, size: 22, colour: '#1f2933', weight: 700 }),
    text(
      `${at.slice(0, 10)}, commit ${commit}, one machine with ${machine.cores} shared cores, load ${machine.loadBefore} to ${machine.loadAfter}, Node ${machine.node}, no cloud: times are of this machine`,
      { x: margin, y: 64, size: 13, colour: '#52606d' },
    ),
    ...drawn,
  );
}

function sizeChart({ bundles }: BundleReport): BarChart {
  const floor = bundles.find(({ kind }) => kind === 'floor');
  return {
    title: 'Bundle size',
    subtitle:
      'kB of the one file that is deployed per function, minified; bar of the customer handler: 550 kB',
    rows: bundles.map(({ name, kind, bytes }) => ({
      label: name,
      segments: [{ value: bytes / 1_000, colour: kind === 'function' ? palette.ours : palette.floor }],
      note: `${Math.round(bytes / 1_000)} kB`,
    })),
    ...(floor && { marker: { value: floor.bytes / 1_000, label: 'floor' } }),
  };
}

function importChart({ bundles, samples }: BundleReport): BarChart {
  const floor = bundles.find(({ kind }) => kind === 'floor');
  return {
    title: 'Import time',
    subtitle: `milliseconds of import() in a fresh process, median of ${samples}, all bundles in turn; bar: 1.5 x floor`,
    rows: bundles.map(({ name, kind, importMs, importToFloor }) => ({
      label: name,
      segments: [{ value: importMs, colour: kind === 'function' ? palette.ours : palette.floor }],
      note: `${importMs.toFixed(0)} ms, ${importToFloor.toFixed(2)} x floor`,
    })),
    ...(floor && { marker: { value: floor.importMs * 1.5, label: '1.5 x floor' } }),
  };
}

function requestChart({ scenarios }: RequestReport): BarChart {
  return {
    title: 'Requests per change',
    subtitle: 'counted; polling for nothing left out',
    legend: [
      ['bus events', palette.buses],
      ['SQS', palette.queues],
      ['DynamoDB units', palette.table],
      ['invocations', palette.lambda],
      ['commercetools reads', palette.commercetools],
      ['Fluent calls', palette.fluent],
    ],
    rows: scenarios.map(({ title, perChange }) => {
      const values = [
        [perChange.partnerEvents + perChange.internalEvents, palette.buses],
        [queueRequests(perChange), palette.queues],
        [perChange.readUnits + perChange.writeUnits, palette.table],
        [perChange.invocations, palette.lambda],
        [perChange.commercetoolsReads, palette.commercetools],
        [fluentCalls(perChange), palette.fluent],
      ] as const;
      return {
        label: title,
        segments: values.map(([value, colour]) => ({ value, colour })),
        note: values.reduce((sum, [value]) => sum + value, 0).toFixed(2),
      };
    }),
  };
}

function costChart({ scenarios }: RequestReport): BarChart {
  return {
    title: 'Dollars per million changes',
    subtitle:
      'by list price, from counts; pale: Lambda time as measured here, where both systems answer at once',
    legend: [
      ['buses', palette.buses],
      ['SQS', palette.queues],
      ['DynamoDB', palette.table],
      ['Lambda', palette.lambda],
    ],
    rows: scenarios.map(({ title, dollarsPerMillion: cost }) => ({
      label: title,
      segments: [
        { value: cost.buses, colour: palette.buses },
        { value: cost.queues, colour: palette.queues },
        { value: cost.table, colour: palette.table },
        { value: cost.lambdaRequests, colour: palette.lambda },
        { value: cost.lambdaDuration, colour: palette.lambda, isPale: true },
      ],
      note: `$${cost.counted.toFixed(2)} + ${cost.lambdaDuration.toFixed(2)}`,
    })),
  };
}

function throughputChart(runs: readonly ThroughputRun[]): BarChart {
  return {
    title: 'Changes per second, end to end',
    subtitle:
      'from the first change to quiet; shop, both systems, embedded AWS and connector share the machine',
    legend: [
      ['changes', palette.ours],
      ['writes to Fluent that came of them', palette.fluent],
    ],
    rows: runs.flatMap(({ title, changesPerSecond, fluentWritesPerSecond, seconds }) => [
      {
        label: title,
        segments: [{ value: changesPerSecond, colour: palette.ours }],
        note: `${changesPerSecond.toFixed(1)}/s, ${seconds.toFixed(0)} s`,
      },
      {
        label: '',
        segments: [{ value: fluentWritesPerSecond, colour: palette.fluent }],
        note: `${fluentWritesPerSecond.toFixed(1)}/s`,
      },
    ]),
  };
}
