/** What the commercetools twin needs of its surroundings. */

/** One entry for `PutPartnerEvents`. */
export interface PartnerEvent {
  readonly source: string;
  readonly detailType: string;
  /** The Platform payload. */
  readonly detail: Record<string, unknown>;
  readonly time: Date;
}

/** Where an EventBridge destination of a subscription leads: the local EventBridge, or a recorder in tests. */
export interface PartnerBus {
  /** A subscription with an EventBridge destination came to be: its partner event source appears, PENDING. */
  createSource(name: string, destination: { accountId: string; region: string }): Promise<void>;
  deleteSource(name: string): Promise<void>;
  /** At most 20 entries. */
  put(events: readonly PartnerEvent[]): Promise<void>;
}
