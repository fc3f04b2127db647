import { Duration } from 'aws-cdk-lib';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Alarms, alarmPeriod } from './alarms.ts';
import { acknowledge, acknowledged } from './checks/acknowledged-findings.ts';
import type { FunctionGrants } from './connector-function.ts';

/**
 * What all queues share. SSE-SQS and not the AWS-managed key: EventBridge cannot use that key and would lose every
 * event in silence.
 */
export const queueDefaults: QueueProps = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
};

/** High-throughput FIFO: the limits count per customer, not per queue. */
export const fifoDefaults: QueueProps = {
  fifo: true,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};

export interface DeadLetterQueueProps {
  /** First part of the alarm's name: `<name>-dead-letters`. */
  readonly name: string;
  readonly subject?: string | undefined;
  /** What it means for the customers when a message lies here. */
  readonly impact: string;
  readonly fifo?: boolean;
  readonly alarms: Alarms;
}

/** The end of a way: a queue that nobody reads by itself, and therefore an alarm at its first message. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', { ...queueDefaults, ...(props.fifo ? fifoDefaults : {}) });
    acknowledge(this.queue, acknowledged.deadLetterQueue);
    props.alarms.add({
      name: `${props.name}-dead-letters`,
      subject: props.subject,
      impact: props.impact,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: alarmPeriod,
        statistic: 'Maximum',
      }),
      threshold: 1,
    });
  }
}

/** May take dead letters out, and put back those it only looked at. */
export function allowRemoveCopies(to: FunctionGrants, deadLetters: Queue): void {
  to.allow(['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'], deadLetters.queueArn);
}
