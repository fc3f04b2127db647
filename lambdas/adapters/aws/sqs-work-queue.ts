import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WorkQueue } from '../../core/delivery/ports/work-queue.ts';
import { requestBatches } from './request-batches.ts';

/** Changes the visibility of messages received from one queue. */
export function createSqsWorkQueue(client: SQSClient, queueUrl: string): WorkQueue {
  return {
    async changeVisibility(receiptHandles, seconds) {
      await changeVisibilities(client, queueUrl, { receiptHandles, seconds });
    },
  };
}

/**
 * A refusal, of a request or of one entry, is ignored: the visibility that the message was received with stays in force. For
 * a handler queue it is longer than DELTA.
 */
export async function changeVisibilities(
  client: SQSClient,
  QueueUrl: string,
  { receiptHandles, seconds }: { readonly receiptHandles: readonly string[]; readonly seconds: number },
): Promise<void> {
  const all = receiptHandles.map((ReceiptHandle, index) => ({
    Id: String(index),
    ReceiptHandle,
    VisibilityTimeout: seconds,
  }));
  for (const Entries of requestBatches(all, ({ ReceiptHandle }) => [ReceiptHandle])) {
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries });
    await client.send(command).catch(() => undefined);
  }
}
