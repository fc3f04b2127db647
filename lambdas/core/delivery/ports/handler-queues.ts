import type { ResourceEvent } from '../resource-event.ts';

export interface Dispatch {
  readonly handler: string;
  readonly typeId: string;
  readonly event: ResourceEvent;
}

export interface HandlerQueues {
  /** Sends each event to the FIFO queue of its handler. Returns the positions of those that were refused. Never throws. */
  send(dispatches: readonly Dispatch[]): Promise<ReadonlySet<number>>;
}
