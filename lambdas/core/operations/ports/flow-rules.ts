/** A queue that a rule of EventBridge sends to: its events, or those that it could not hand over. */
export interface FedQueue {
  readonly name: string;
  readonly arn: string;
  /** Its resource policy, JSON; absent if it has none. */
  readonly policy?: string;
}

/** The rules of the flow and of the clock, as AWS has them now. Every method throws a ConnectorError. */
export interface FlowRules {
  /** Name of the operators -> ARN. */
  readonly arns: Readonly<Record<string, string>>;
  /** The queues that the rule of this name sends to; none if it has lost its targets. */
  queuesOf(name: string): Promise<readonly FedQueue[]>;
}
