/** One entry for `PutPartnerEvents`. */
export interface PartnerEvent {
  readonly source: string;
  readonly detailType: string;
  /** The Platform payload. */
  readonly detail: Record<string, unknown>;
  readonly time: Date;
}

/** The target of a subscription's EventBridge destination: a local EventBridge, or a recorder in tests. */
export interface PartnerBus {
  /** Called for a new EventBridge destination: its partner event source appears, in state PENDING. */
  createSource(name: string, destination: { accountId: string; region: string }): Promise<void>;
  deleteSource(name: string): Promise<void>;
  /** At most 20 entries. */
  put(events: readonly PartnerEvent[]): Promise<void>;
}
