import { Duration, Fn, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Alarms, alarmPeriod } from './alarms.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { MessageQueue } from './message-queue.ts';

/** EventBridge's maximum, written out so that nothing depends on a default. */
const retryPolicy = {
  maximumRetryAttempts: 185,
  maximumEventAgeInSeconds: Duration.hours(24).toSeconds(),
};

export interface QueueRuleProps {
  /** First part of the alarms' names: `<name>-failed`, `<name>-dead-letters`. */
  readonly name: string;
  readonly bus: EventBus;
  readonly pattern: EventPattern;
  readonly target: MessageQueue;
  readonly impact: string;
  readonly alarms: Alarms;
}

/** A rule from a bus to a queue. Events that EventBridge cannot deliver within a day go to the rule's dead-letter queue. */
export class QueueRule extends Construct {
  readonly rule: Rule;
  /** The Ref of a rule on a custom bus is `bus|rule`; API calls and metrics take `rule`. */
  readonly ruleName: string;
  readonly busName: string;
  /** Undelivered events, unchanged. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: QueueRuleProps) {
    super(scope, id);
    const { name, bus, alarms, impact } = props;
    const { queue } = props.target;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      name,
      impact: `EventBridge could not deliver events. ${impact}`,
      alarms,
    }).queue;
    this.rule = new Rule(this, 'Rule', { eventBus: bus, eventPattern: props.pattern });
    this.busName = bus.eventBusName;
    this.ruleName = Fn.select(1, Fn.split('|', this.rule.ruleName));
    // Not targets.SqsQueue: it grants two more actions and does not name the account.
    this.rule.addTarget({
      bind: () => ({
        arn: queue.queueArn,
        deadLetterConfig: { arn: this.deadLetters.queueArn },
        retryPolicy,
      }),
    });
    const { account } = Stack.of(this);
    allowSend(this.rule, queue, account);
    allowSend(this.rule, this.deadLetters, account);
    alarms.add({
      name: `${name}-failed`,
      impact: `EventBridge could neither deliver events nor send them to the dead-letter queue. ${impact}`,
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: { EventBusName: bus.eventBusName, RuleName: this.ruleName },
        period: alarmPeriod,
        statistic: 'Sum',
      }),
      threshold: 1,
    });
  }
}

/** Lets EventBridge send to the queue for this rule only. */
export function allowSend(rule: Rule, queue: Queue, account: string): void {
  queue.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: {
        ArnEquals: { 'aws:SourceArn': rule.ruleArn },
        StringEquals: { 'aws:SourceAccount': account },
      },
    }),
  );
}
