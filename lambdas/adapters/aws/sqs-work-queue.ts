import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WorkQueue } from '../../core/delivery/ports/work-queue.ts';

/** Hides received messages of one queue. At most 10 handles, the size of a FIFO batch. */
export function createSqsWorkQueue(client: SQSClient, queueUrl: string): WorkQueue {
  return {
    async changeVisibility(receiptHandles, seconds) {
      const entries = receiptHandles.map((handle, index) => ({
        Id: String(index),
        ReceiptHandle: handle,
        VisibilityTimeout: seconds,
      }));
      // A refusal, whole or of one entry, leaves the queue's own visibility in force, which is longer than DELTA.
      await client
        .send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries: entries }))
        .catch(() => undefined);
    },
  };
}
