/** The event source mappings and the rule of the partner bus. Every method throws a ConnectorError. */
export interface IntakeSwitches {
  /** Is the event source mapping of the handler's queue enabled? */
  isConsuming(handlerId: string): Promise<boolean>;
  /** `leastConcurrency`: at most two invocations at the same time, for a system that has just recovered. */
  setConsuming(handlerId: string, isConsuming: boolean, leastConcurrency?: boolean): Promise<void>;
  /** Is the rule of the partner bus enabled? */
  isIntakeEnabled(): Promise<boolean>;
  setIntake(isEnabled: boolean): Promise<void>;
  /** Replays the archived events of this time (milliseconds since the epoch). Answers its name. */
  replay(name: string, from: number, to: number): Promise<string>;
}
