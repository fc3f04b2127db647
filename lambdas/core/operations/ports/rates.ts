import type { MetricName } from '../../base/ports/metrics.ts';

export type MetricSums = Readonly<Partial<Record<MetricName, number>>>;

/** What the connector's own metrics say. `undefined`: they cannot be read; nothing but information is missing then. Never throws. */
export interface Rates {
  /** Sums over the last `seconds`; `service` is the id of the function that counts. A metric that was never counted is 0. */
  sums(query: {
    service: string;
    metrics: readonly MetricName[];
    seconds: number;
  }): Promise<MetricSums | undefined>;
  /** Largest sum of all these metrics within one minute of the last `seconds`. */
  busiestMinute(query: {
    service: string;
    metrics: readonly MetricName[];
    seconds: number;
  }): Promise<number | undefined>;
}
