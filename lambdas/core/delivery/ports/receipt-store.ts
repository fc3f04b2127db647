/** Proof that a resource was erased. Holds a hash of its id and no personal data. */
export interface ErasureReceipt {
  /** SHA-256 of project, resource type and id, base64url. */
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly erasedAt: number;
  /** What happened in the OMS: `erased`, or `unknown` if it never had the resource. */
  readonly how: string;
  /** Trace of the notification, or the id of the operator's request. */
  readonly traceId: string;
  /** Names of fields that could not be overwritten in the OMS. */
  readonly incomplete: readonly string[];
  /** When the dead-letter queues were free of copies, milliseconds since the epoch. */
  readonly copiesGoneAt?: number;
}

/** Throws a ConnectorError of class `retry`. */
export interface ReceiptStore {
  put(receipt: ErasureReceipt): Promise<void>;
  read(subject: string): Promise<ErasureReceipt | undefined>;
  /** Does nothing if there is no such receipt. */
  noteCopiesGone(subject: string, at: number): Promise<void>;
}
