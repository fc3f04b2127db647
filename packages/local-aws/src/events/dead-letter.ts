import type { Gateway } from '../contract.ts';
import type { BusEvent } from './bus-event.ts';
import type { DeliveryFailure } from './failure.ts';
import { queueUrl } from './queue-batches.ts';
import type { Target } from './target.ts';

/** The members of a rule that a delivery needs. */
export interface DeliveringRule {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
}

/** One event on its way to one target. */
export interface Delivery {
  readonly rule: DeliveringRule;
  readonly target: Target;
  readonly event: BusEvent;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  retries: number;
}

/** Sends the original event to a rule's dead-letter queue, with the attributes that AWS documents. */
export async function sendDeadLetter(
  gateway: Gateway,
  deadLetterArn: string,
  { rule, target, event, retries }: Delivery,
  failure: DeliveryFailure,
): Promise<void> {
  const exhausted = retries >= target.maxRetries ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds';
  const attributes: Record<string, string> = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message,
    RETRY_ATTEMPTS: String(retries),
    ...(failure.retryable && { EXHAUSTED_RETRY_CONDITION: exhausted }),
  };
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
  await gateway.call({
    service: 'sqs',
    operation: 'SendMessage',
    input: {
      QueueUrl: queueUrl(gateway, deadLetterArn),
      MessageBody: JSON.stringify(event),
      MessageAttributes,
    },
    caller: { kind: 'service', principal: 'events.amazonaws.com', sourceArn: rule.arn },
  });
}
