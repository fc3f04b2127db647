/** The parts of an SQS message that the protocol reads. */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly receives: number;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
}
