/** What the handler does to the messages it received, beside acknowledging them. */
export interface WorkQueue {
  /** Hides messages that failed for this long; the group stays locked meanwhile. A refusal is not an error: the queue's own visibility holds then. */
  changeVisibility(receiptHandles: readonly string[], seconds: number): Promise<void>;
}

/** A record that was set aside: no body, no personal value. */
export interface DeadLetterRecord {
  readonly reason: string;
  /** Message id at the source queue, to find the original in logs and archive. */
  readonly messageId: string;
  readonly [detail: string]: unknown;
}

export interface DeadLetters {
  /** Puts a copy into the dead-letter queue. Throws a ConnectorError of class `retry` if it could not. */
  send(record: DeadLetterRecord, groupId: string): Promise<void>;
}
