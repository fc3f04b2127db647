import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { type Alarms, alarmPeriod } from './alarms.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { MessageQueue } from './message-queue.ts';

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

  constructor(scope: Construct, id: string, props: QueueRuleProps) {
    super(scope, id);
    const { name, bus, alarms, impact } = props;
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      name,
      impact: `Events could not be handed over. ${impact}`,
      alarms,
    });
    this.rule = new Rule(this, 'Rule', {
      eventBus: bus,
      eventPattern: props.pattern,
      targets: [
        new SqsQueue(props.target.queue, {
          maxEventAge: Duration.hours(24),
          retryAttempts: 185,
          deadLetterQueue: deadLetters.queue,
        }),
      ],
    });
    alarms.add({
      name: `${name}-failed`,
      impact: `Events were neither handed over nor kept. ${impact}`,
      metric: new Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: { EventBusName: bus.eventBusName, RuleName: this.rule.ruleName },
        period: alarmPeriod,
        statistic: 'Sum',
      }),
      threshold: 1,
    });
  }
}
