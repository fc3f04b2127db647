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
  /** Moves the messages of a dead-letter queue back; answers how many there were at the beginning. */
  redrive(name: string): Promise<{ messages: number }>;
  purge(name: string): Promise<void>;
}
