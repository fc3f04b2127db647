import type { MetricStore } from './contract.ts';

export type MetricRecord = Parameters<MetricStore['record']>[0];

export interface MetricQuery {
  readonly namespace: string;
  readonly name: string;
  /** The series must have exactly these dimensions, or at least these in a namespace of AWS. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Epoch milliseconds, `to` excluded. */
  readonly from: number;
  readonly to: number;
  /** Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99. */
  readonly statistic: string;
}

interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Record<string, string>;
  readonly points: { at: number; value: number }[];
  sum: number;
  count: number;
  max: number;
}

/** Data points kept per series for alarms and graphs. Totals are never dropped. */
const maxPoints = 20_000;

/** All metrics of the account, in memory. */
export class Metrics implements MetricStore {
  readonly #series = new Map<string, Series>();

  record({ namespace, name, dimensions, value, at }: MetricRecord): void {
    const key = JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
    const fresh: Series = {
      namespace,
      name,
      dimensions,
      points: [],
      sum: 0,
      count: 0,
      max: Number.NEGATIVE_INFINITY,
    };
    const series = this.#series.get(key) ?? fresh;
    this.#series.set(key, series);
    series.points.push({ at: at.getTime(), value });
    if (series.points.length > maxPoints) series.points.splice(0, maxPoints / 2);
    series.sum += value;
    series.count += 1;
    series.max = Math.max(series.max, value);
  }

  sum(namespace: string, name: string, dimensions: Record<string, string> = {}): number {
    return this.#find(namespace, name, dimensions, false).reduce((total, series) => total + series.sum, 0);
  }

  list(): {
    namespace: string;
    name: string;
    dimensions: Record<string, string>;
    sum: number;
    count: number;
    max: number;
  }[] {
    return [...this.#series.values()].map(({ points: _, ...totals }) => totals);
  }

  /** Undefined when the series has no point in this time span. */
  statistic(query: MetricQuery): number | undefined {
    const exact = !query.namespace.startsWith('AWS/');
    const values = this.#find(query.namespace, query.name, query.dimensions, exact)
      .flatMap(({ points }) => points)
      .filter(({ at }) => at >= query.from && at < query.to)
      .map(({ value }) => value);
    return values.length === 0 ? undefined : aggregate(values, query.statistic);
  }

  #find(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    exact: boolean,
  ): Series[] {
    const wanted = Object.entries(dimensions);
    return [...this.#series.values()].filter(
      (series) =>
        series.namespace === namespace &&
        series.name === name &&
        wanted.every(([key, value]) => series.dimensions[key] === value) &&
        (!exact || Object.keys(series.dimensions).length === wanted.length),
    );
  }
}

function aggregate(values: readonly number[], statistic: string): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (statistic) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / values.length;
    case 'SampleCount':
      return values.length;
    case 'Minimum':
      return Math.min(...values);
    case 'Maximum':
      return Math.max(...values);
    default:
      return percentile(values, Number(statistic.replace(/^p/, '')));
  }
}

/** Nearest rank. */
function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.min(sorted.length, Math.max(1, Math.ceil((percent / 100) * sorted.length)));
  return sorted[rank - 1] ?? Number.NaN;
}
