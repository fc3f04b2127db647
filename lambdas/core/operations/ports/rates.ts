import type { MetricName } from '../../base/ports/metrics.ts';

export type MetricSums = Readonly<Partial<Record<MetricName, number>>>;

/** Reads the metrics of the connector. `undefined`: they cannot be read. Never throws. */
export interface Rates {
  /** Sums over the last `seconds`. `service`: id of the function. A metric without values is 0. */
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
