import type { RunTick } from '../run-tick.ts';

/** The feeder's own queue. Each message starts one step of a run. */
export interface Ticks {
  /** Throws a ConnectorError of class `retry` if the queue refuses the message. */
  send(tick: RunTick, delaySeconds: number): Promise<void>;
}
