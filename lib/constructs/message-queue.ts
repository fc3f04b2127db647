import { Duration } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Alarms, alarmPeriod } from './alarms.ts';
import type { FunctionGrants } from './connector-function.ts';
import { DeadLetterQueue, fifoDefaults, queueDefaults } from './dead-letter-queue.ts';

export interface MessageQueueProps {
  /** First part of the alarms' names: `<name>-age`, `<name>-dead-letters`. */
  readonly name: string;
  /** Set where several queues share those headings, for example the id of a handler. */
  readonly subject?: string;
  /** What it means for the customers when this queue is not worked off. */
  readonly impact: string;
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
  /** Alarm when the oldest message waits longer. */
  readonly maxAgeSeconds: number;
  /** One lock per message group; every message waits `delaySeconds` first, so that a burst becomes one write. */
  readonly fifo?: { readonly delaySeconds: number };
  readonly alarms: Alarms;
}

/** A queue, the dead-letter queue behind it and the alarms of both: none of them makes sense alone. */
export class MessageQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: MessageQueueProps) {
    super(scope, id);
    const { name, subject, impact, alarms, fifo } = props;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      name,
      subject,
      impact: `Messages were set aside and nobody retries them. ${impact}`,
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
      impact: `Messages wait for more than ${props.maxAgeSeconds / 60} minutes. ${impact}`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: alarmPeriod, statistic: 'Maximum' }),
      threshold: props.maxAgeSeconds,
    });
  }

  /** May send, one or in batches. */
  grantSend(to: FunctionGrants): void {
    to.allow(['sqs:SendMessage'], this.queue.queueArn);
  }

  /** May set messages aside: send copies to the dead-letter queue. */
  grantDeadLetter(to: FunctionGrants): void {
    to.allow(['sqs:SendMessage'], this.deadLetters.queueArn);
  }

  /** May see how many messages wait. */
  grantDepth(to: FunctionGrants): void {
    to.allow(['sqs:GetQueueAttributes'], this.queue.queueArn);
  }

  /** May put back dead letters that it only looked at. */
  grantPutBack(to: FunctionGrants): void {
    to.allow(['sqs:ChangeMessageVisibility'], this.deadLetters.queueArn);
  }

  /** May see, empty and refill both queues, as an operator does. */
  grantQueueAdmin(to: FunctionGrants): void {
    this.grantDepth(to);
    // Moving messages back needs both: taking them there, sending them here.
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

  /** May put off the next try of a message. */
  grantBackoff(to: FunctionGrants): void {
    to.allow(['sqs:ChangeMessageVisibility'], this.queue.queueArn);
  }
}
