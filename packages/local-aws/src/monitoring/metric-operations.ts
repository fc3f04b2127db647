import { AwsError, type JsonObject } from '../contract.ts';
import { number, objects, optionalText, text, texts } from '../fields.ts';
import type { MetricRecord, Metrics } from '../metric-store.ts';
import type { Operation } from '../operations.ts';
import { dimensionsOf, metricData } from './metric-data.ts';

/** PutMetricData, GetMetricStatistics and GetMetricData. */
export function metricOperations(metrics: Metrics): Record<string, Operation> {
  return {
    PutMetricData: (input) => {
      for (const datum of objects(input, 'MetricData'))
        metrics.record(recordOf(text(input, 'Namespace'), datum));
      return {};
    },
    GetMetricStatistics: (input) => statistics(input, metrics),
    GetMetricData: (input) => metricData(input, metrics),
  };
}

function recordOf(namespace: string, datum: JsonObject): MetricRecord {
  const unit = optionalText(datum, 'Unit');
  return {
    namespace,
    name: text(datum, 'MetricName'),
    dimensions: dimensionsOf(datum),
    value: number(datum, 'Value'),
    at: datum['Timestamp'] === undefined ? new Date() : new Date(number(datum, 'Timestamp') * 1000),
    ...(unit !== undefined && { unit }),
  };
}

/** Data points of whole periods from StartTime (epoch seconds) on, without periods that have no data. */
function statistics(input: JsonObject, metrics: Metrics): JsonObject {
  const [start, end, period] = [
    number(input, 'StartTime'),
    number(input, 'EndTime'),
    number(input, 'Period'),
  ];
  if (period < 1) throw new AwsError('InvalidParameterValue', 'Period must be 1 second or more');
  const wanted = [...texts(input, 'Statistics'), ...texts(input, 'ExtendedStatistics')];
  const query = {
    namespace: text(input, 'Namespace'),
    name: text(input, 'MetricName'),
    dimensions: dimensionsOf(input),
  };
  const Datapoints: JsonObject[] = [];
  for (let from = start; from < end; from += period) {
    const span = { from: from * 1000, to: Math.min(end, from + period) * 1000 };
    const point: JsonObject = {};
    for (const statistic of wanted) {
      const value = metrics.statistic({ ...query, ...span, statistic });
      if (value !== undefined) point[statistic] = value;
    }
    if (Object.keys(point).length > 0) Datapoints.push({ Timestamp: from, ...point });
  }
  return { Label: query.name, Datapoints };
}
