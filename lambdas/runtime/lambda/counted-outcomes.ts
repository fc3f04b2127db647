import type { Outcome, OutcomeRecord } from '../../core/base/outcome.ts';
import type { Log } from '../../core/base/ports/log.ts';
import type { MetricName, Metrics } from '../../core/base/ports/metrics.ts';

const metricOf: Readonly<Record<Outcome, MetricName>> = {
  synced: 'Synced',
  unchanged: 'Unchanged',
  superseded: 'Superseded',
  collapsed: 'Collapsed',
  filtered: 'Filtered',
  skipped: 'Skipped',
  deleted: 'Deleted',
  absent: 'Absent',
  failed: 'Failed',
};

export interface Observer {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** One log line and one count per outcome, so that received = the sum of all outcomes + what still waits. */
export function recordOutcome({ log, metrics }: Observer, record: OutcomeRecord): void {
  log.outcome(record);
  metrics.count(metricOf[record.outcome]);
}
