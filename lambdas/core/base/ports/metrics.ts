/** Names of the business metrics. Unit: Count, or Seconds if the name says so. Dimension: `service`, the id of the function. */
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
  // Recorded by Prepare mode and not sent yet: these changes still wait.
  'Recorded',
  // A version whose notification was missing, and such a notification that arrived late.
  'VersionGaps',
  'LateArrivals',
  // Reconcile: newer at the source than in the sync records, different in the OMS, and repaired without a notification.
  'Drift',
  'Differences',
  'Repaired',
  'RunsFailed',
  // Dead letters of erased resources that were deleted.
  'CopiesRemoved',
  // Control plane: 1 per minute while the state lasts.
  'BreakerOpen',
  'SubscriptionUnhealthy',
  'CanaryLate',
  // Seconds from a change of the canary customer to Fluent; one value per change.
  'CanarySeconds',
  'CareProblems',
] as const;
export type MetricName = (typeof metricNames)[number];

export interface Metrics {
  count(name: MetricName, value?: number): void;
}
