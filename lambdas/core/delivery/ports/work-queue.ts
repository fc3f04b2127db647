/** What a handler does with received messages other than acknowledging them. */
export interface WorkQueue {
  /** Makes messages invisible for this long; their group stays locked. A refusal is no error: the visibility timeout of the queue applies. */
  changeVisibility(receiptHandles: readonly string[], seconds: number): Promise<void>;
}

/** A dead-letter copy: no body, no personal data. */
export interface DeadLetterRecord {
  readonly reason: string;
  /** Message id in the source queue, to find the original in logs and archive. */
  readonly messageId: string;
  readonly [detail: string]: unknown;
}

export interface DeadLetters {
  /** Sends a copy to the dead-letter queue. Throws a ConnectorError of class `retry`. */
  send(record: DeadLetterRecord, groupId: string): Promise<void>;
}
