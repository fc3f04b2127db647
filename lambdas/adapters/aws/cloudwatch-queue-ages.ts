import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../core/base/ports/clock.ts';
import type { QueueAges } from '../../core/operations/ports/queue-ages.ts';
import type { ConnectedQueue } from '../../core/runs/connected-handler.ts';

export interface CloudWatchQueueAgesOptions {
  readonly client: CloudWatchClient;
  /** Queues by the name that operators use. */
  readonly queues: Readonly<Record<string, Pick<ConnectedQueue, 'url'>>>;
  readonly clock: Clock;
  /** Aborts requests when the caller's invocation ends. */
  readonly signal: AbortSignal;
}

const MINUTE = 60;
/** SQS publishes its metrics once a minute, some minutes late, and none for an idle queue. */
const LATE_SECONDS = 10 * MINUTE;

/** Age of the oldest message of every queue except dead-letter queues, in one request. */
export function createCloudWatchQueueAges({
  client,
  queues,
  clock,
  signal,
}: CloudWatchQueueAgesOptions): QueueAges {
  const names = Object.keys(queues);
  const metrics = Object.values(queues).map(({ url }, index): MetricDataQuery => {
    const metric = {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: url.slice(url.lastIndexOf('/') + 1) }],
    };
    return { Id: `q${index}`, MetricStat: { Metric: metric, Period: MINUTE, Stat: 'Maximum' } };
  });
  return {
    async oldest() {
      const until = Math.ceil(clock() / 1_000 / MINUTE) * MINUTE;
      try {
        const { MetricDataResults = [] } = await client.send(
          new GetMetricDataCommand({
            MetricDataQueries: metrics,
            StartTime: new Date((until - LATE_SECONDS) * 1_000),
            EndTime: new Date(until * 1_000),
            ScanBy: 'TimestampDescending',
          }),
          { abortSignal: signal },
        );
        const newest = names.map((name, index) => {
          const values = MetricDataResults.find(({ Id }) => Id === `q${index}`)?.Values;
          return [name, values?.[0]] as const;
        });
        return Object.fromEntries(
          newest.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
        );
      } catch {
        return undefined;
      }
    },
  };
}
