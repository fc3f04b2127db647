import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../core/base/ports/clock.ts';
import type { MetricName } from '../../core/base/ports/metrics.ts';
import type { Rates } from '../../core/operations/ports/rates.ts';

export interface CloudWatchRatesOptions {
  readonly client: CloudWatchClient;
  /** Namespace of the business metrics; their one dimension is `service`. */
  readonly namespace: string;
  readonly clock: Clock;
  /** Aborts requests when the caller's invocation ends. */
  readonly signal: AbortSignal;
}

interface Query {
  readonly service: string;
  readonly metrics: readonly MetricName[];
  readonly seconds: number;
}

const HOUR = 3_600;
const MINUTE = 60;

/** Reads the connector's own metrics from CloudWatch. Ten metrics cost a hundredth of a cent. */
export function createCloudWatchRates(options: CloudWatchRatesOptions): Rates {
  const { client, namespace, clock, signal } = options;

  /** Values of each metric by the start of their period; undefined if CloudWatch does not answer. */
  async function read({ service, metrics, seconds }: Query, period: number) {
    // Whole periods: a sum may reach back a little further than requested, but never less far.
    const from = Math.floor((clock() / 1_000 - seconds) / period) * period;
    const until = Math.ceil(clock() / 1_000 / period) * period;
    const queries = metrics.map((name, index): MetricDataQuery => {
      const metric = {
        Namespace: namespace,
        MetricName: name,
        Dimensions: [{ Name: 'service', Value: service }],
      };
      return { Id: `m${index}`, MetricStat: { Metric: metric, Period: period, Stat: 'Sum' } };
    });
    try {
      const { MetricDataResults = [] } = await client.send(
        new GetMetricDataCommand({
          MetricDataQueries: queries,
          StartTime: new Date(from * 1_000),
          EndTime: new Date(until * 1_000),
        }),
        { abortSignal: signal },
      );
      return metrics.map((_, index) => MetricDataResults.find(({ Id }) => Id === `m${index}`));
    } catch {
      return undefined;
    }
  }

  return {
    async sums(query) {
      const results = await read(query, query.seconds >= HOUR ? HOUR : MINUTE);
      if (!results) return undefined;
      const sums = query.metrics.map((name, index) => [name, sum(results[index]?.Values ?? [])] as const);
      return Object.fromEntries(sums);
    },

    async busiestMinute(query) {
      const results = await read(query, MINUTE);
      if (!results) return undefined;
      const byMinute = new Map<number, number>();
      for (const { Timestamps = [], Values = [] } of results.flatMap((result) => result ?? [])) {
        Timestamps.forEach((at, index) => {
          const minute = at.getTime();
          byMinute.set(minute, (byMinute.get(minute) ?? 0) + (Values[index] ?? 0));
        });
      }
      return Math.max(0, ...byMinute.values());
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
