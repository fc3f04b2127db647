import type { Change } from '../pending-change.ts';

export interface QueueState {
  /** `ingest`, `route`, `handler/customer`, `runs`, and each with `/dead-letters` behind it. */
  readonly name: string;
  readonly ready: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly isDeadLetters: boolean;
}

/** The operator's view of the queues. Every method throws a ConnectorError. */
export interface QueueDesk {
  names(): readonly string[];
  state(name: string): Promise<QueueState>;
  /** Everything that waits in a dead-letter queue goes back to its queue; answers how much was on its way when it began. */
  redrive(name: string): Promise<{ messages: number }>;
  purge(name: string): Promise<void>;
  /**
   * Takes the copies that these changes, by id of the resource, make good out of a handler's dead-letter queue, at most `limit`
   * messages looked at. The copy of a delete, an erasure or a newer version stays where less is tried again: it may be all that is left
   * of it. Answers how many it deleted.
   */
  removeCopies(handlerId: string, changes: ReadonlyMap<string, Change>, limit: number): Promise<number>;
}
