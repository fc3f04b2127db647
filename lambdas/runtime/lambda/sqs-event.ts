import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { QueueRecord } from './queue-record.ts';

/** The records of an SQS event in the words of this code. */
export function queueRecords(event: SQSEvent): QueueRecord[] {
  return event.Records.map(({ messageId, receiptHandle, body, attributes }) => ({
    messageId,
    receiptHandle,
    body,
    receives: Number(attributes.ApproximateReceiveCount),
    sentAt: Number(attributes.SentTimestamp),
  }));
}

/** The partial batch answer: only these messages come back. */
export function failedRecords(records: Iterable<{ readonly messageId: string }>): SQSBatchResponse {
  return { batchItemFailures: [...records].map(({ messageId }) => ({ itemIdentifier: messageId })) };
}
