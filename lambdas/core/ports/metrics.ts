/** Names of the business metrics; unit Count, one dimension `service` = id of the function. */
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
] as const;
export type MetricName = (typeof metricNames)[number];

export interface Metrics {
  count(name: MetricName, value?: number): void;
}
