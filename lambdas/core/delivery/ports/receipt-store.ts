/** Proof that a resource was erased. Holds a hash of what it was, and nothing that leads back to a person. */
export interface ErasureReceipt {
  /** SHA-256 of project, resource type and id, base64url. */
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly erasedAt: number;
  /** What was done in the OMS: `erased`, or `unknown` when it never had the resource. */
  readonly how: string;
  /** Trace of the notification, or the id of the operator's request. */
  readonly traceId: string;
  /** Names of fields that could not be overwritten in the OMS. */
  readonly incomplete: readonly string[];
  /** When the dead-letter queues had been looked through and held nothing of it any more, milliseconds since the epoch. */
  readonly copiesGoneAt?: number;
}

/** Throws a ConnectorError of class `retry`. */
export interface ReceiptStore {
  put(receipt: ErasureReceipt): Promise<void>;
  read(subject: string): Promise<ErasureReceipt | undefined>;
  /** Where there is no such receipt, nothing is noted. */
  noteCopiesGone(subject: string, at: number): Promise<void>;
}
