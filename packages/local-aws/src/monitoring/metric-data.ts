import { AwsError, type JsonObject } from '../contract.ts';
import { number, object, objects, optionalText, text } from '../fields.ts';
import type { Metrics } from '../metric-store.ts';
import { readMetricMath } from './metric-math.ts';

/** Values by the start of their period in epoch seconds. */
type Points = ReadonlyMap<number, number>;

const members = ['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy'];

/** GetMetricData: values of metrics and expressions in one page, newest first by default. */
export function metricData(input: JsonObject, metrics: Metrics): JsonObject {
  const unsupported = Object.keys(input).find((name) => !members.includes(name));
  if (unsupported)
    throw new AwsError(
      'ValidationError',
      `${unsupported} is not supported; see packages/local-aws/src/monitoring`,
    );
  const queries = objects(input, 'MetricDataQueries');
  const span = { from: number(input, 'StartTime'), to: number(input, 'EndTime') };
  if (span.from >= span.to)
    throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
  const series = new Map<string, Points>();
  for (const query of queries)
    if (query['MetricStat'] !== undefined) series.set(text(query, 'Id'), pointsOf(query, span, metrics));
  for (const query of queries)
    if (query['MetricStat'] === undefined) series.set(text(query, 'Id'), computed(query, series));
  const ascending = optionalText(input, 'ScanBy') === 'TimestampAscending';
  return {
    MetricDataResults: queries
      .filter(({ ReturnData }) => ReturnData !== false)
      .map((query) => shown(query, series.get(text(query, 'Id')) ?? new Map(), ascending)),
    Messages: [],
  };
}

function pointsOf(query: JsonObject, span: { from: number; to: number }, metrics: Metrics): Points {
  const stat = object(query, 'MetricStat');
  const metric = object(stat, 'Metric');
  const period = number(stat, 'Period');
  const series = {
    namespace: text(metric, 'Namespace'),
    name: text(metric, 'MetricName'),
    dimensions: dimensionsOf(metric),
    statistic: text(stat, 'Stat'),
  };
  const points = new Map<number, number>();
  // Periods start at multiples of their length, as on AWS.
  for (let at = Math.floor(span.from / period) * period; at < span.to; at += period) {
    const value = metrics.statistic({ ...series, from: at * 1000, to: (at + period) * 1000 });
    if (value !== undefined) points.set(at, value);
  }
  return points;
}

/** An expression has a value for every period in which at least one metric has a value. */
function computed(query: JsonObject, series: ReadonlyMap<string, Points>): Points {
  const math = readMetricMath(text(query, 'Expression'));
  const times = new Set([...series.values()].flatMap((points) => [...points.keys()]));
  const points = new Map<number, number>();
  for (const at of times) {
    const value = math((id) => series.get(id)?.get(at));
    if (value !== undefined) points.set(at, value);
  }
  return points;
}

function shown(query: JsonObject, points: Points, ascending: boolean): JsonObject {
  const sorted = [...points].sort(([a], [b]) => (ascending ? a - b : b - a));
  const metric = object(object(query, 'MetricStat'), 'Metric');
  const id = text(query, 'Id');
  return {
    Id: id,
    Label: optionalText(query, 'Label') ?? optionalText(metric, 'MetricName') ?? id,
    Timestamps: sorted.map(([at]) => at),
    Values: sorted.map(([, value]) => value),
    StatusCode: 'Complete',
  };
}

export function dimensionsOf(input: JsonObject): Record<string, string> {
  return Object.fromEntries(
    objects(input, 'Dimensions').map((entry) => [text(entry, 'Name'), text(entry, 'Value')]),
  );
}
