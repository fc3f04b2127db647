/** A target queue or dead-letter queue of an EventBridge rule. */
export interface FedQueue {
  readonly name: string;
  readonly arn: string;
  /** Its resource policy, JSON; absent if it has none. */
  readonly policy?: string;
}

/** The EventBridge rules of the connector, as they are in AWS now. Every method throws a ConnectorError. */
export interface FlowRules {
  /** Name as operators see it -> ARN. */
  readonly arns: Readonly<Record<string, string>>;
  /** The queues that this rule sends to; empty if it has no target. */
  queuesOf(name: string): Promise<readonly FedQueue[]>;
}
