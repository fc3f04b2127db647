import { host } from '@fluent-connector/local-aws';
import type { EmbeddedConnector } from '../../local/connector/embedded-connector.ts';
import { type Ledger, readLedger } from '../../local/demo/ledger.ts';

/** Notifications without an outcome since `before`; some tests enqueue behind the listener. */
export function balanceSince(connector: EmbeddedConnector, before: Ledger): number {
  const { received, outcomes } = readLedger(connector.aws.metrics);
  const sum = (counts: Ledger['outcomes']) =>
    Object.values(counts).reduce((total, count) => total + count, 0);
  return received - before.received - (sum(outcomes) - sum(before.outcomes));
}

/** Receives and deletes everything in a dead-letter queue. */
export async function drainDeadLetters(
  connector: EmbeddedConnector,
  queue: RegExp,
): Promise<{ body: string; reason: string | undefined }[]> {
  const [, found] =
    [...connector.stack.resources].find(([id, { type }]) => type === 'AWS::SQS::Queue' && queue.test(id)) ??
    [];
  const QueueUrl = found?.physicalId ?? '';
  const received: { body: string; reason: string | undefined }[] = [];
  for (;;) {
    const input = { QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] };
    const answer = await connector.aws.gateway.call({
      service: 'sqs',
      operation: 'ReceiveMessage',
      input,
      caller: host,
    });
    const messages = (answer['Messages'] ?? []) as {
      Body: string;
      ReceiptHandle: string;
      MessageAttributes?: Record<string, { StringValue: string }>;
    }[];
    if (messages.length === 0) return received;
    for (const { Body, ReceiptHandle, MessageAttributes } of messages) {
      received.push({ body: Body, reason: MessageAttributes?.['reason']?.StringValue });
      await connector.aws.gateway.call({
        service: 'sqs',
        operation: 'DeleteMessage',
        input: { QueueUrl, ReceiptHandle },
        caller: host,
      });
    }
  }
}
