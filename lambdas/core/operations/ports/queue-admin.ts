export interface QueueState {
  /** `ingest`, `route`, `handler/customer`, `runs`, and each with `/dead-letters` behind it. */
  readonly name: string;
  readonly ready: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly isDeadLetters: boolean;
}

/** The operator's view of the queues. Every method throws a ConnectorError. */
export interface QueueAdmin {
  names(): readonly string[];
  state(name: string): Promise<QueueState>;
  /** Everything that waits in a dead-letter queue goes back to its queue; answers how much was on its way when it began. */
  redrive(name: string): Promise<{ messages: number }>;
  purge(name: string): Promise<void>;
}
