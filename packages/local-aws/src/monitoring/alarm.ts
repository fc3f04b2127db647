import { AwsError, type JsonObject } from '../contract.ts';
import { isObject, number, objects, optionalNumber, optionalText, text } from '../fields.ts';
import { checkMetricExists } from './known-metrics.ts';
import { type MetricMath, readMetricMath } from './metric-math.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** One metric of an alarm, aggregated per period. */
export interface AlarmMetric {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Seconds, as in the template. */
  readonly period: number;
  readonly statistic: string;
}

/** A valid definition from PutMetricAlarm. */
export interface AlarmDefinition {
  readonly metrics: readonly AlarmMetric[];
  /** Computes the value of one period that is compared with the threshold. */
  readonly value: MetricMath;
  readonly breaches: (value: number) => boolean;
  readonly comparison: string;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missing: 'missing' | 'notBreaching' | 'breaching' | 'ignore';
}

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
const treatments = ['missing', 'notBreaching', 'breaching', 'ignore'] as const;

/**
 * Reads an alarm with a static threshold over metrics or simple metric math. Throws ValidationException for
 * others.
 */
export function readAlarm(input: JsonObject): AlarmDefinition {
  const comparison = text(input, 'ComparisonOperator');
  const compare = comparisons[comparison];
  if (!compare) throw invalid(`ComparisonOperator ${comparison} is not supported`);
  const threshold = number(input, 'Threshold');
  const evaluationPeriods = number(input, 'EvaluationPeriods');
  const missing = treatments.find((treatment) => treatment === (input['TreatMissingData'] ?? 'missing'));
  if (!missing) throw invalid(`TreatMissingData ${JSON.stringify(input['TreatMissingData'])}`);
  return {
    ...(input['Metrics'] === undefined ? ofOneMetric(input) : ofSeveral(objects(input, 'Metrics'))),
    breaches: (value) => compare(value, threshold),
    comparison,
    threshold,
    evaluationPeriods,
    datapointsToAlarm: optionalNumber(input, 'DatapointsToAlarm') ?? evaluationPeriods,
    missing,
  };
}

type Computed = Pick<AlarmDefinition, 'metrics' | 'value'>;

function ofOneMetric(input: JsonObject): Computed {
  const statistic = optionalText(input, 'ExtendedStatistic') ?? text(input, 'Statistic');
  return {
    metrics: [readMetric('m1', input, number(input, 'Period'), statistic)],
    value: (pointOf) => pointOf('m1'),
  };
}

function ofSeveral(entries: readonly JsonObject[]): Computed {
  const metrics: AlarmMetric[] = [];
  const expressions = new Map<string, MetricMath>();
  for (const entry of entries) {
    const id = text(entry, 'Id');
    const stat = entry['MetricStat'];
    if (isObject(stat) && isObject(stat['Metric'])) {
      metrics.push(readMetric(id, stat['Metric'], number(stat, 'Period'), text(stat, 'Stat')));
    } else {
      expressions.set(id, readMetricMath(text(entry, 'Expression')));
    }
  }
  const shown = entries.filter(({ ReturnData }) => ReturnData !== false).map((entry) => text(entry, 'Id'));
  const [result, ...others] = shown;
  if (result === undefined || others.length > 0) throw invalid('exactly one of Metrics must have ReturnData');
  const periods = new Set(metrics.map(({ period }) => period));
  if (periods.size !== 1) throw invalid('all Metrics must have the same Period');
  const resolve = (id: string, pointOf: (id: string) => number | undefined): number | undefined => {
    const expression = expressions.get(id);
    return expression ? expression((inner) => resolve(inner, pointOf)) : pointOf(id);
  };
  return { metrics, value: (pointOf) => resolve(result, pointOf) };
}

function readMetric(id: string, metric: JsonObject, period: number, statistic: string): AlarmMetric {
  const namespace = text(metric, 'Namespace');
  const name = text(metric, 'MetricName');
  checkMetricExists(namespace, name);
  if (!/^(Sum|Average|Minimum|Maximum|SampleCount|p\d+(\.\d+)?)$/.test(statistic))
    throw invalid(`statistic ${statistic}`);
  if (period % 60 !== 0 && ![10, 20, 30].includes(period))
    throw invalid(`Period ${period} is not a multiple of 60`);
  const dimensions = objects(metric, 'Dimensions').map((entry) => [
    text(entry, 'Name'),
    text(entry, 'Value'),
  ]);
  return { id, namespace, name, dimensions: Object.fromEntries(dimensions), period, statistic };
}

function invalid(reason: string): AwsError {
  return new AwsError('ValidationException', `Alarm not valid: ${reason}.`);
}
