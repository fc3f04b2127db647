import { init } from 'echarts';
import { type BarChart, chartHeight, chartOptions } from './bar-chart.ts';
import type { Cost } from './cost.ts';
import { type Counts, fluentCalls, queueRequests } from './counts.ts';
import type { BenchReport, BundleReport, RequestReport, ThroughputRun } from './report.ts';

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
const headHeight = 100;
const title = 'commercetools-fluent-connector: benchmark';

/** The report as one SVG picture with one chart below the other. */
export function renderPicture(report: BenchReport): string {
  const { bundles, requests, throughput, at, commit, machine } = report;
  return drawCharts(
    [
      ...(bundles ? [sizeChart(bundles), importChart(bundles)] : []),
      ...(requests ? [requestChart(requests), costChart(requests)] : []),
      ...(throughput ? [throughputChart(throughput)] : []),
    ],
    `${at.slice(0, 10)}, commit ${commit}, one machine with ${machine.cores} shared cores, load ${machine.loadBefore} to ${machine.loadAfter}, Node ${machine.node}, no cloud: times are of this machine`,
  );
}

export function drawCharts(charts: readonly BarChart[], subtitle: string): string {
  let height = headHeight;
  const options = charts.map((chart, index) => {
    const top = height;
    height += chartHeight(chart) + gap;
    return chartOptions(chart, index, { top, margin });
  });
  const heading = {
    text: title,
    subtext: subtitle,
    left: margin - 5,
    top: 22,
    textStyle: { color: '#1f2933', fontSize: 22, fontWeight: 700 as const },
    subtextStyle: { color: '#52606d', fontSize: 13 },
  };
  const canvas = init(null, null, { renderer: 'svg', ssr: true, width, height });
  canvas.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: 'system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif' },
    title: [heading, ...options.map((each) => each.title)],
    grid: options.map(({ grid }) => grid),
    xAxis: options.map(({ xAxis }) => xAxis),
    yAxis: options.flatMap(({ yAxis }) => yAxis),
    series: options.flatMap(({ series }) => series),
    legend: options.flatMap(({ legend }) => legend),
  });
  const svg = canvas.renderToSVGString();
  canvas.dispose();
  // Screen readers announce the title; ECharts writes none.
  return `${svg.replace(/^<svg([^>]*)>/, `<svg$1 role="img">\n<title>${title}</title>`).trimEnd()}\n`;
}

function sizeChart({ bundles }: BundleReport): BarChart {
  const floor = bundles.find(({ kind }) => kind === 'floor');
  return {
    title: 'Bundle size',
    subtitle:
      'kB of the one file that is deployed per function, minified; the customer handler may have 550 kB',
    labels: bundles.map(({ name }) => name),
    notes: bundles.map(({ bytes }) => `${Math.round(bytes / 1_000)} kB`),
    series: [{ name: 'kB', colour: coloursOf(bundles), values: bundles.map(({ bytes }) => bytes / 1_000) }],
    ...(floor && { marker: { value: floor.bytes / 1_000, label: 'floor' } }),
  };
}

function importChart({ bundles, samples }: BundleReport): BarChart {
  const floor = bundles.find(({ kind }) => kind === 'floor');
  return {
    title: 'Import time',
    subtitle: `milliseconds of import() in a fresh process, median of ${samples}, all bundles take turns; at most 1.5 x floor`,
    labels: bundles.map(({ name }) => name),
    notes: bundles.map(
      ({ importMs, importToFloor }) => `${importMs.toFixed(0)} ms, ${importToFloor.toFixed(2)} x floor`,
    ),
    series: [{ name: 'ms', colour: coloursOf(bundles), values: bundles.map(({ importMs }) => importMs) }],
    ...(floor && { marker: { value: floor.importMs * 1.5, label: '1.5 x floor' } }),
  };
}

const coloursOf = (bundles: BundleReport['bundles']) =>
  bundles.map(({ kind }) => (kind === 'function' ? palette.ours : palette.floor));

function requestChart({ scenarios }: RequestReport): BarChart {
  const series = (name: string, colour: string, count: (perChange: Counts) => number) => ({
    name,
    colour,
    values: scenarios.map(({ perChange }) => count(perChange)),
  });
  const all = [
    series('bus events', palette.buses, (one) => one.partnerEvents + one.internalEvents),
    series('SQS requests', palette.queues, queueRequests),
    series('DynamoDB units', palette.table, (one) => one.readUnits + one.writeUnits),
    series('invocations', palette.lambda, (one) => one.invocations),
    series('commercetools reads', palette.commercetools, (one) => one.commercetoolsReads),
    series('Fluent calls', palette.fluent, fluentCalls),
  ];
  return {
    title: 'Requests per change',
    subtitle: 'counted, without the receives that found nothing',
    labels: scenarios.map(({ title }) => title),
    notes: scenarios.map((_, row) => all.reduce((sum, { values }) => sum + (values[row] ?? 0), 0).toFixed(2)),
    series: all,
    hasLegend: true,
  };
}

function costChart({ scenarios }: RequestReport): BarChart {
  const series = (name: string, colour: string, dollars: (cost: Cost) => number) => ({
    name,
    colour,
    values: scenarios.map(({ dollarsPerMillion }) => dollars(dollarsPerMillion)),
  });
  return {
    title: 'Dollars per million changes',
    subtitle:
      'list prices times counts; pale: Lambda time as measured here, where both systems answer at once',
    labels: scenarios.map(({ title }) => title),
    notes: scenarios.map(
      ({ dollarsPerMillion: { counted, lambdaDuration } }) =>
        `$${counted.toFixed(2)} + ${lambdaDuration.toFixed(2)}`,
    ),
    series: [
      series('buses', palette.buses, (cost) => cost.buses),
      series('SQS', palette.queues, (cost) => cost.queues),
      series('DynamoDB', palette.table, (cost) => cost.table),
      series('Lambda requests', palette.lambda, (cost) => cost.lambdaRequests),
      { ...series('Lambda time', palette.lambda, (cost) => cost.lambdaDuration), isPale: true },
    ],
    hasLegend: true,
  };
}

function throughputChart(runs: readonly ThroughputRun[]): BarChart {
  return {
    title: 'Changes per second, end to end',
    subtitle:
      'from the first change until nothing waits; shop, both systems, embedded AWS and connector share the machine',
    labels: runs.flatMap(({ title }) => [title, '']),
    notes: runs.flatMap(({ changesPerSecond, fluentWritesPerSecond, seconds }) => [
      `${changesPerSecond.toFixed(1)}/s, ${seconds.toFixed(0)} s`,
      `${fluentWritesPerSecond.toFixed(1)}/s`,
    ]),
    series: [
      {
        name: 'changes',
        colour: palette.ours,
        values: runs.flatMap(({ changesPerSecond }) => [changesPerSecond, 0]),
      },
      {
        name: 'writes to Fluent that they led to',
        colour: palette.fluent,
        values: runs.flatMap(({ fluentWritesPerSecond }) => [0, fluentWritesPerSecond]),
      },
    ],
    hasLegend: true,
  };
}
