import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IRuleTarget, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CaretakerEnv } from '../../lambdas/caretaker/env.ts';
import { type Alarms, alarmPeriod } from './alarms.ts';
import { businessMetric } from './business-metric.ts';
import { acknowledge, acknowledged } from './checks/acknowledged-findings.ts';
import { grantReadSecret } from './connection-secret.ts';
import { ConnectorFunction } from './connector-function.ts';
import { allowRemoveCopies, DeadLetterQueue } from './dead-letter-queue.ts';
import type { MessageQueue } from './message-queue.ts';
import {
  grantOperationsAccess,
  type OperationsAccessProps,
  operationsEnvironment,
} from './operations-access.ts';
import { allowSend } from './queue-rule.ts';

export interface CaretakerProps extends OperationsAccessProps {
  readonly folder: string;
  readonly ingest: MessageQueue;
  readonly alarms: Alarms;
}

const name = 'caretaker';

/** Looks after the connector once a minute: switches, breaker, subscription, schedules, runs that stand still, canary. */
export class Caretaker extends Construct {
  readonly function: ConnectorFunction<CaretakerEnv>;
  readonly rule: Rule;
  /** Minutes that failed, and those that could not be begun. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: CaretakerProps) {
    super(scope, id);
    const { handlers, config, alarms } = props;
    const impact =
      'Nobody looks after the connector: no schedules, no breaker, no watch over the subscription. Changes keep flowing.';
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', { name, impact, alarms }).queue;
    this.deadLetters = deadLetters;
    this.function = new ConnectorFunction<CaretakerEnv>(this, 'Caretaker', {
      folder: props.folder,
      name,
      impact,
      environment: this.#environment(props),
      // Ends before the next one begins.
      timeoutSeconds: 60,
      memoryMb: 256,
      // A minute that failed is not repeated: the next one looks at the same things.
      invokedBy: { deadLetters, retries: 0 },
      config,
      alarms,
    });
    grantOperationsAccess(this.function, props);
    acknowledge(this, acknowledged.replay);
    handlers.grantRemoveCopies(this.function);
    for (const queue of Object.values(notificationDeadLetters(props)))
      allowRemoveCopies(this.function, queue);
    const { canarySecret } = config.commercetools;
    if (canarySecret !== undefined) grantReadSecret(this, this.function, canarySecret);

    this.rule = new Rule(this, 'EveryMinute', { schedule: Schedule.rate(Duration.minutes(1)) });
    this.rule.addTarget(this.#target(deadLetters.queueArn));
    allowSend(this.rule, deadLetters, Stack.of(this).account);
    this.function.function.addPermission('EveryMinute', {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: this.rule.ruleArn,
    });
    this.#addAlarms(alarms);
  }

  /** Not targets.LambdaFunction: it lets the rule into the dead-letter queue without naming the account. */
  #target(deadLettersArn: string): IRuleTarget {
    return {
      bind: () => ({
        arn: this.function.function.functionArn,
        deadLetterConfig: { arn: deadLettersArn },
        // After a minute the next one has come.
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 60 },
      }),
    };
  }

  #environment(props: CaretakerProps): CaretakerEnv {
    const holdingNotifications = Object.entries(notificationDeadLetters(props));
    return {
      ...operationsEnvironment(props),
      TICK_QUEUE_URL: props.runs.ticks.queue.queueUrl,
      NOTIFICATION_DEAD_LETTERS: Stack.of(this).toJsonString(
        Object.fromEntries(holdingNotifications.map(([queue, { queueUrl }]) => [queue, queueUrl])),
      ),
      CANARY_SECRET: props.config.commercetools.canarySecret ?? '',
    };
  }

  #addAlarms(alarms: Alarms): void {
    alarms.add({
      name: 'caretaker-failed',
      impact: 'The rule of every minute cannot invoke the caretaker: nobody looks after the connector.',
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        // Rules of the default bus have no dimension for it.
        dimensionsMap: { RuleName: this.rule.ruleName },
        period: alarmPeriod,
        statistic: 'Sum',
      }),
      threshold: 1,
    });
    alarms.add({
      name: 'breaker-open',
      impact:
        'Fluent fails again and again; its handler takes nothing from its queue and changes wait there.',
      metric: businessMetric('BreakerOpen', name),
      threshold: 1,
    });
    alarms.add({
      name: 'subscription-unhealthy',
      impact: 'commercetools cannot deliver notifications; changes of this time may never be sent.',
      metric: businessMetric('SubscriptionUnhealthy', name),
      threshold: 1,
    });
    alarms.add({
      name: 'canary-late',
      impact: 'A change of the canary customer did not reach Fluent in time; others may not either.',
      metric: businessMetric('CanaryLate', name),
      threshold: 1,
    });
    alarms.add({
      name: 'care-problems',
      impact: 'A duty of the caretaker fails for 15 minutes; the others go on.',
      metric: businessMetric('CareProblems', name),
      threshold: 1,
      periods: 3,
    });
  }
}

/** By what is in front of them: what commercetools sent lies there as it came. */
function notificationDeadLetters({ source, ingest }: CaretakerProps): Readonly<Record<string, Queue>> {
  return { 'partner-rule': source.rule.deadLetters, ingest: ingest.deadLetters };
}
