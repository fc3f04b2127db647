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
import { ConnectorFunction } from './connector-function.ts';
import { DeadLetterQueue, grantRemoveCopies } from './dead-letter-queue.ts';
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

/** Once a minute checks the switches, breakers, subscription, schedules, stuck runs and canary, and corrects them. */
export class Caretaker extends Construct {
  readonly function: ConnectorFunction<CaretakerEnv>;
  readonly rule: Rule;
  /** Passes that failed or could not be started. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: CaretakerProps) {
    super(scope, id);
    const { handlers, config, alarms } = props;
    const impact =
      'Scheduled runs, breaker recovery and the check of the subscription have stopped. Changes keep flowing.';
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      name,
      impact: 'A pass of the caretaker failed or could not be started; the next one repeats its checks.',
      alarms,
    }).queue;
    this.deadLetters = deadLetters;
    this.function = new ConnectorFunction<CaretakerEnv>(this, 'Caretaker', {
      folder: props.folder,
      name,
      impact,
      environment: this.#environment(props),
      // A pass must end before the next one starts.
      timeoutSeconds: 60,
      memoryMb: 256,
      // A failed pass is not retried: the next one makes the same checks.
      invokedBy: { deadLetters, retries: 0 },
      config,
      alarms,
    });
    grantOperationsAccess(this.function, props);
    acknowledge(this, acknowledged.replay);
    handlers.grantRemoveCopies(this.function);
    for (const queue of Object.values(notificationDeadLetters(props)))
      grantRemoveCopies(this.function, queue);
    const { canarySecret } = config.commercetools;
    if (canarySecret !== undefined) this.function.allowReadSecret(canarySecret);

    this.rule = new Rule(this, 'EveryMinute', { schedule: Schedule.rate(Duration.minutes(1)) });
    this.rule.addTarget(this.#target(deadLetters.queueArn));
    allowSend(this.rule, deadLetters, Stack.of(this).account);
    this.function.function.addPermission('EveryMinute', {
      principal: new ServicePrincipal('events.amazonaws.com'),
      sourceArn: this.rule.ruleArn,
    });
    this.#addAlarms(alarms);
  }

  /** Not targets.LambdaFunction: its policy on the dead-letter queue does not name the account. */
  #target(deadLettersArn: string): IRuleTarget {
    return {
      bind: () => ({
        arn: this.function.function.functionArn,
        deadLetterConfig: { arn: deadLettersArn },
        // After a minute the next event is due.
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
      impact:
        'EventBridge cannot invoke the caretaker: scheduled runs, breaker recovery and the check of the subscription have stopped.',
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        // Metrics of rules on the default bus have no dimension for the bus.
        dimensionsMap: { RuleName: this.rule.ruleName },
        period: alarmPeriod,
        statistic: 'Sum',
      }),
      threshold: 1,
    });
    alarms.add({
      name: 'breaker-open',
      impact: 'Fluent keeps failing, so the handler has stopped consuming; changes wait in its queue.',
      metric: businessMetric('BreakerOpen', name),
      threshold: 1,
    });
    alarms.add({
      name: 'subscription-unhealthy',
      impact: 'commercetools cannot deliver notifications; changes made meanwhile may never be sent.',
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
      impact: 'A task of the caretaker has failed for 15 minutes; its other tasks go on.',
      metric: businessMetric('CareProblems', name),
      threshold: 1,
      periods: 3,
    });
  }
}

/** The dead-letter queues that hold notifications as commercetools sent them, by the name of their source. */
function notificationDeadLetters({ source, ingest }: CaretakerProps): Readonly<Record<string, Queue>> {
  return { 'partner-rule': source.rule.deadLetters, ingest: ingest.deadLetters };
}
