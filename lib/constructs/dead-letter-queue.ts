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
import type { FunctionGrants } from './function-grants.ts';

/**
 * What all queues share. SSE-SQS and not the AWS-managed key: EventBridge cannot use that key and would lose every
 * event without an error.
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
  /** What a message in this queue means for the customers. */
  readonly impact: string;
  readonly fifo?: boolean;
  readonly alarms: Alarms;
}

/** A dead-letter queue with an alarm at its first message, because no function consumes it. */
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

/** May receive dead letters, delete them, and make the others visible again. */
export function grantRemoveCopies(to: FunctionGrants, deadLetters: Queue): void {
  to.allow(['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage'], deadLetters.queueArn);
}
