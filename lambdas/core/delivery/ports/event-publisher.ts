import type { ResourceEvent } from '../resource-event.ts';

export interface PublishEntry {
  /** detail-type on the internal bus. */
  readonly typeId: string;
  readonly event: ResourceEvent;
}

export interface EventPublisher {
  /** Publishes all entries. Returns the positions of those that the bus refused. Never throws. */
  publish(entries: readonly PublishEntry[]): Promise<ReadonlySet<number>>;
}
