import { Duration } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Alarms, alarmPeriod } from './alarms.ts';
import { DeadLetterQueue, fifoDefaults, queueDefaults } from './dead-letter-queue.ts';
import type { FunctionGrants } from './function-grants.ts';

export interface MessageQueueProps {
  /** First part of the alarms' names: `<name>-age`, `<name>-dead-letters`. */
  readonly name: string;
  /** Set where several queues share those headings, for example the id of a handler. */
  readonly subject?: string;
  /** What it means for the customers when the messages of this queue are not processed. */
  readonly impact: string;
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
  /** Alarm when the oldest message waits longer. */
  readonly maxAgeSeconds: number;
  /** One lock per message group; every message is delayed by `delaySeconds`, so that a burst becomes one write. */
  readonly fifo?: { readonly delaySeconds: number };
  readonly alarms: Alarms;
}

/** A queue, its dead-letter queue and the alarms of both. */
export class MessageQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: MessageQueueProps) {
    super(scope, id);
    const { name, subject, impact, alarms, fifo } = props;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      name,
      subject,
      impact: `Messages are in the dead-letter queue and are not retried automatically. ${impact}`,
      fifo: fifo !== undefined,
      alarms,
    }).queue;
    this.queue = new Queue(this, 'Queue', {
      ...queueDefaults,
      ...(fifo ? { ...fifoDefaults, deliveryDelay: Duration.seconds(fifo.delaySeconds) } : {}),
      visibilityTimeout: Duration.seconds(props.visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
    });
    alarms.add({
      name: `${name}-age`,
      subject,
      impact: `Messages have waited for more than ${props.maxAgeSeconds / 60} minutes. ${impact}`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: alarmPeriod, statistic: 'Maximum' }),
      threshold: props.maxAgeSeconds,
    });
  }

  grantSend(to: FunctionGrants): void {
    to.allow(['sqs:SendMessage'], this.queue.queueArn);
  }

  grantDeadLetter(to: FunctionGrants): void {
    to.allow(['sqs:SendMessage'], this.deadLetters.queueArn);
  }

  /** May read how many messages wait. */
  grantReadDepth(to: FunctionGrants): void {
    to.allow(['sqs:GetQueueAttributes'], this.queue.queueArn);
  }

  /** May inspect, purge and redrive, as an operator does. */
  grantQueueAdmin(to: FunctionGrants): void {
    this.grantReadDepth(to);
    // A redrive needs permissions on both queues: to receive from the one and to send to the other.
    to.allow(
      [
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:PurgeQueue',
        'sqs:ReceiveMessage',
        'sqs:StartMessageMoveTask',
      ],
      this.deadLetters.queueArn,
    );
    to.allow(['sqs:PurgeQueue', 'sqs:SendMessage'], this.queue.queueArn);
  }

  /** May delay the next try of a message. */
  grantBackoff(to: FunctionGrants): void {
    to.allow(['sqs:ChangeMessageVisibility'], this.queue.queueArn);
  }
}
