import { MetricUnit, Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';
import type { Metrics } from '../../core/base/ports/metrics.ts';

const powertools = new PowertoolsMetrics();
let isEmpty = true;

/** Counts of an invocation are written as one EMF line. */
export const metrics: Metrics = {
  count: (name, value = 1) => {
    if (value === 0) return;
    isEmpty = false;
    powertools.addMetric(name, name === 'CanarySeconds' ? MetricUnit.Seconds : MetricUnit.Count, value);
  },
};

/** Writes the counts since the last call. */
export function publishMetrics(): void {
  if (isEmpty) return;
  isEmpty = true;
  powertools.publishStoredMetrics();
}
