import type { MetricStore } from '../contract.ts';
import type { QueueDepth } from './queue-depths.ts';

/** Records the metrics that SQS reports to CloudWatch. */
export function recordQueueMetrics(depths: readonly QueueDepth[], metrics: MetricStore, at: Date): void {
  for (const { queue, ready, delayed, inFlight, oldestSeconds } of depths) {
    const gauges = {
      ApproximateNumberOfMessagesVisible: ready,
      ApproximateNumberOfMessagesDelayed: delayed,
      ApproximateNumberOfMessagesNotVisible: inFlight,
      ApproximateAgeOfOldestMessage: oldestSeconds,
    };
    for (const [name, value] of Object.entries(gauges)) {
      metrics.record({ namespace: 'AWS/SQS', name, dimensions: { QueueName: queue }, value, at });
    }
  }
}
