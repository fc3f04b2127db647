import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { QueueRecord } from './queue-record.ts';

export function queueRecords(event: SQSEvent): QueueRecord[] {
  return event.Records.map(({ messageId, receiptHandle, body, attributes }) => ({
    messageId,
    receiptHandle,
    body,
    receives: Number(attributes.ApproximateReceiveCount),
    sentAt: Number(attributes.SentTimestamp),
  }));
}

/** The partial batch response: SQS delivers only these messages again. */
export function failedRecords(records: Iterable<{ readonly messageId: string }>): SQSBatchResponse {
  return { batchItemFailures: [...records].map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
