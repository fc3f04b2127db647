/** The feeder's own queue: what keeps a run going. */
export interface Ticks {
  /** Throws a ConnectorError of class `retry` if the queue did not take it. */
  send(runId: string, delaySeconds: number): Promise<void>;
}
