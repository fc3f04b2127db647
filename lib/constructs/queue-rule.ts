import { Duration, Fn, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Alarms, alarmPeriod } from './alarms.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { MessageQueue } from './message-queue.ts';

/** EventBridge's own maximum, written out: nothing of it shall depend on a default. */
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

/** From a bus to a queue. A bus holds nothing, so what it cannot hand over within a day goes to a queue of its own. */
export class QueueRule extends Construct {
  readonly rule: Rule;
  /** A rule of a bus of its own has the Ref `bus|rule`; operations and metrics know it as `rule`. */
  readonly ruleName: string;
  readonly busName: string;
  /** What could not be handed over, as it came. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: QueueRuleProps) {
    super(scope, id);
    const { name, bus, alarms, impact } = props;
    const { queue } = props.target;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      name,
      impact: `Events could not be handed over. ${impact}`,
      alarms,
    }).queue;
    this.rule = new Rule(this, 'Rule', { eventBus: bus, eventPattern: props.pattern });
    this.busName = bus.eventBusName;
    this.ruleName = Fn.select(1, Fn.split('|', this.rule.ruleName));
    // Not targets.SqsQueue: it grants two actions more and leaves out the account.
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
      impact: `Events were neither handed over nor kept. ${impact}`,
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

/** Only this rule may make EventBridge send to the queue, whoever else asks it to. */
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
