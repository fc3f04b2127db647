import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type IMetric,
  type MetricOptions,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { MetricName } from '../../lambdas/core/base/ports/metrics.ts';
import type { Alarms } from './alarms.ts';
import { businessMetric } from './business-metric.ts';
import type { ConnectorFunction } from './connector-function.ts';
import type { Handler } from './handler-lambda.ts';
import type { MessageQueue } from './message-queue.ts';

const period = Duration.minutes(1);
const half = { width: 12, height: 6 };
const third = { width: 8, height: 6 };

const listenerOutcomes: MetricName[] = ['Received', 'Forwarded', 'Filtered', 'Collapsed', 'Failed'];
const handlerOutcomes: MetricName[] = [
  'Synced',
  'Unchanged',
  'Superseded',
  'Skipped',
  'Deleted',
  'Absent',
  'Failed',
  'Retried',
  'Collapsed',
  'Recorded',
  'Warnings',
];
const caretakerCounts: MetricName[] = [
  'BreakerOpen',
  'SubscriptionUnhealthy',
  'CanaryLate',
  'CareProblems',
  'CopiesRemoved',
];

export interface ConnectorDashboardProps {
  /** In the order in which a change passes through them. */
  readonly queues: Readonly<Record<string, MessageQueue>>;
  readonly functions: Readonly<Record<string, Pick<ConnectorFunction<object>, 'function'>>>;
  readonly handlers: readonly Handler[];
  readonly alarms: Alarms;
}

/** One page for the whole connector: alarms, outcomes, queues, dead-letter queues, functions, runs. */
export class ConnectorDashboard extends Construct {
  constructor(scope: Construct, id: string, props: ConnectorDashboardProps) {
    super(scope, id);
    const { handlers, alarms } = props;
    const names = handlers.map(({ handler }) => handler);
    const queues = {
      ...props.queues,
      ...Object.fromEntries(handlers.map((each) => [each.handler, each.queue])),
    };
    const functions = {
      ...props.functions,
      ...Object.fromEntries(handlers.map((each) => [each.handler, each.function])),
    };
    const ofQueues = (metric: (queue: MessageQueue, options: MetricOptions) => IMetric) =>
      Object.entries(queues).map(([label, queue]) => metric(queue, { label, period, statistic: 'Maximum' }));
    const ofFunctions = (metric: (fn: IFunction, label: string) => IMetric) =>
      Object.entries(functions).map(([label, each]) => metric(each.function, label));

    new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(3),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.raised, width: 24, height: 4 })],
        [
          graph('Outcomes: queue-listener', counts('queue-listener', listenerOutcomes), half),
          ...names.map((handler) =>
            graph(
              `Outcomes: ${handler} (Superseded: already up to date)`,
              counts(handler, handlerOutcomes),
              half,
            ),
          ),
        ],
        [
          graph(
            'Messages waiting',
            ofQueues(({ queue }, options) => queue.metricApproximateNumberOfMessagesVisible(options)),
            half,
          ),
          graph(
            'Age of the oldest message (s)',
            ofQueues(({ queue }, options) => queue.metricApproximateAgeOfOldestMessage(options)),
            half,
          ),
        ],
        [
          graph(
            'Messages in dead-letter queues',
            ofQueues(({ deadLetters }, options) =>
              deadLetters.metricApproximateNumberOfMessagesVisible(options),
            ),
            half,
          ),
          graph(
            'Functions: duration p95 (ms), errors',
            ofFunctions((fn, label) => fn.metricDuration({ label, period, statistic: 'p95' })),
            {
              ...half,
              right: ofFunctions((fn, label) =>
                fn.metricErrors({ label: `${label} errors`, period, statistic: 'Sum' }),
              ),
            },
          ),
        ],
        [
          graph(
            'Missed changes, and changes queued again by reconciles',
            [
              ...names.flatMap((handler) => counts(handler, ['VersionGaps', 'LateArrivals'])),
              ...counts('run-feeder', ['Drift', 'Repaired']),
            ],
            third,
          ),
          graph(
            'Differences from Fluent, failed runs',
            counts('run-feeder', ['Differences', 'RunsFailed']),
            third,
          ),
          graph(
            'Open breaker and unhealthy subscription (minutes), problems, removed copies',
            counts('caretaker', caretakerCounts),
            third,
          ),
        ],
        [graph('Canary: from commercetools to Fluent (s)', counts('caretaker', ['CanarySeconds']), third)],
      ],
    });
  }
}

function graph(title: string, left: IMetric[], props: GraphWidgetProps): GraphWidget {
  return new GraphWidget({ title, left, ...props });
}

function counts(service: string, names: readonly MetricName[]): IMetric[] {
  return names.map((name) => businessMetric(name, service, period));
}
