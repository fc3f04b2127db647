import { Duration } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, GraphWidget, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
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

/** How a received notification can end on the way to a handler, and in it. */
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

export interface ConnectorDashboardProps {
  /** In the order of the flow. */
  readonly queues: Readonly<Record<string, MessageQueue>>;
  readonly functions: Readonly<Record<string, Pick<ConnectorFunction<object>, 'function'>>>;
  readonly handlers: readonly Handler[];
  readonly alarms: Alarms;
}

/** The connector at one sight: what is wrong, what comes in, how it ends, what waits, what was set aside. */
export class ConnectorDashboard extends Construct {
  constructor(scope: Construct, id: string, props: ConnectorDashboardProps) {
    super(scope, id);
    const { handlers, alarms } = props;
    const byHandler = <T>(pick: (handler: Handler) => T) =>
      Object.fromEntries(handlers.map((each) => [each.handler, pick(each)]));
    const queues = { ...props.queues, ...byHandler(({ queue }) => queue) };
    const functions = { ...props.functions, ...byHandler((handler) => handler.function) };
    const outcomes: [string, MetricName[]][] = [
      ['queue-listener', listenerOutcomes],
      ...handlers.map(({ handler }): [string, MetricName[]] => [handler, handlerOutcomes]),
    ];
    new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(3),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.raised, width: 24, height: 4 })],
        outcomes.map(([service, names]) => this.#outcomes(service, names)),
        [this.#waiting(queues), this.#age(queues)],
        [this.#setAside(queues), this.#duration(functions)],
        [this.#lost(handlers), this.#differences(), this.#care()],
        [this.#canary()],
      ],
    });
  }

  #outcomes(service: string, names: readonly MetricName[]): IWidget {
    const left = names.map((name) => businessMetric(name, service, period));
    return new GraphWidget({ title: `Outcomes: ${service}`, left, ...half });
  }

  /** What did not arrive by itself: gaps in the chain of versions, and what reconciles had to queue again. */
  #lost(handlers: readonly Handler[]): IWidget {
    const left = [
      ...handlers.flatMap(({ handler }) => [
        businessMetric('VersionGaps', handler, period),
        businessMetric('LateArrivals', handler, period),
      ]),
      businessMetric('Drift', 'run-feeder', period),
      businessMetric('Repaired', 'run-feeder', period),
    ];
    return new GraphWidget({ title: 'Lost and repaired', left, ...third });
  }

  #differences(): IWidget {
    const left = [
      businessMetric('Differences', 'run-feeder', period),
      businessMetric('RunsFailed', 'run-feeder', period),
    ];
    return new GraphWidget({ title: 'Differences with Fluent, failed runs', left, ...third });
  }

  #care(): IWidget {
    const names = [
      'BreakerOpen',
      'SubscriptionUnhealthy',
      'CanaryLate',
      'CareProblems',
      'CopiesRemoved',
    ] as const;
    const left = names.map((name) => businessMetric(name, 'caretaker', period));
    return new GraphWidget({
      title: 'Minutes of an open breaker, an unhealthy subscription; removed copies',
      left,
      ...third,
    });
  }

  #canary(): IWidget {
    const left = [businessMetric('CanarySeconds', 'caretaker', period)];
    return new GraphWidget({ title: 'Canary: from commercetools to Fluent (s)', left, ...third });
  }

  #waiting(queues: ConnectorDashboardProps['queues']): IWidget {
    const left = Object.entries(queues).map(([label, { queue }]) =>
      queue.metricApproximateNumberOfMessagesVisible({ label, period, statistic: 'Maximum' }),
    );
    return new GraphWidget({ title: 'Waiting', left, ...half });
  }

  #age(queues: ConnectorDashboardProps['queues']): IWidget {
    const left = Object.entries(queues).map(([label, { queue }]) =>
      queue.metricApproximateAgeOfOldestMessage({ label, period, statistic: 'Maximum' }),
    );
    return new GraphWidget({ title: 'Age of the oldest message (s)', left, ...half });
  }

  #setAside(queues: ConnectorDashboardProps['queues']): IWidget {
    const left = Object.entries(queues).map(([label, { deadLetters }]) =>
      deadLetters.metricApproximateNumberOfMessagesVisible({ label, period, statistic: 'Maximum' }),
    );
    return new GraphWidget({ title: 'Set aside (dead letters)', left, ...half });
  }

  #duration(functions: ConnectorDashboardProps['functions']): IWidget {
    const entries = Object.entries(functions);
    return new GraphWidget({
      title: 'Functions: duration p95 (ms), errors',
      left: entries.map(([label, { function: fn }]) =>
        fn.metricDuration({ label, period, statistic: 'p95' }),
      ),
      right: entries.map(([label, { function: fn }]) =>
        fn.metricErrors({ label: `${label} errors`, period, statistic: 'Sum' }),
      ),
      ...half,
    });
  }
}
