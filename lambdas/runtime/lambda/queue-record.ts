/** One message of an SQS batch, as far as the protocol reads it. */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly receives: number;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
}
