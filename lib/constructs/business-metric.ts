import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambdas/core/base/ports/metrics.ts';
import { alarmPeriod } from './alarms.ts';

/** Namespace of the business metrics. Their only dimension is `service`, the name of the function that counts. */
export const metricsNamespace = 'CommercetoolsFluentConnector';

export function businessMetric(
  metricName: MetricName,
  service: string,
  period: Duration = alarmPeriod,
): Metric {
  return new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { service },
    period,
    statistic: 'Sum',
  });
}
