/** Names of the business metrics; unit Count, or seconds where the name says so; one dimension `service` = id of the function. */
export const metricNames = [
  'Received',
  'Forwarded',
  'Filtered',
  'Collapsed',
  'Synced',
  'Unchanged',
  'Superseded',
  'Skipped',
  'Deleted',
  'Absent',
  'Failed',
  'Retried',
  'ConfigurationErrors',
  'Warnings',
  // Prepare mode: recorded and not sent yet; part of what waits.
  'Recorded',
  // The version chain: a predecessor that had not been seen, and one that came after all.
  'VersionGaps',
  'LateArrivals',
  // Reconcile: what the source has and the rows lack, what differs in the OMS, and what it brought that no notification told of.
  'Drift',
  'Differences',
  'Repaired',
  'RunsFailed',
  // Dead letters of erased resources, taken away.
  'CopiesRemoved',
  // Beside the flow: 1 a minute while it is so.
  'BreakerOpen',
  'SubscriptionUnhealthy',
  'CanaryLate',
  // How long a touch of the canary customer took to Fluent; a value each, not a count.
  'CanarySeconds',
  'CareProblems',
] as const;
export type MetricName = (typeof metricNames)[number];

export interface Metrics {
  count(name: MetricName, value?: number): void;
}
