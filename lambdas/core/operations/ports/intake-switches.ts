/** The two valves of the flow. Every method throws a ConnectorError. */
export interface IntakeSwitches {
  /** Does the handler take from its queue? The event source mapping of that queue. */
  isConsuming(handlerId: string): Promise<boolean>;
  /** `leastConcurrency`: at most two invocations at once, for a system that just came back. */
  setConsuming(handlerId: string, taking: boolean, leastConcurrency?: boolean): Promise<void>;
  /** Does the rule of the partner bus hand changes on? */
  isIntakeEnabled(): Promise<boolean>;
  setIntake(listening: boolean): Promise<void>;
  /** Hands what the archive of the partner bus kept in this time to the ingest queue again; milliseconds since the epoch. Answers the replay's name. */
  replay(name: string, from: number, to: number): Promise<string>;
}
