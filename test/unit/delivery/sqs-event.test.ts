import type { SQSEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { failedRecords, queueRecords } from '../../../lambdas/runtime/lambda/sqs-event.ts';

test('the records of an SQS event have id, handle, body, count and time', () => {
  const record = {
    messageId: 'm-1',
    receiptHandle: 'r-1',
    body: '{}',
    attributes: { ApproximateReceiveCount: '3', SentTimestamp: '1700000000000' },
  };
  expect(queueRecords({ Records: [record] } as unknown as SQSEvent)).toEqual([
    { messageId: 'm-1', receiptHandle: 'r-1', body: '{}', receives: 3, sentAt: 1_700_000_000_000 },
  ]);
});

test('the partial batch response names the failed message ids, or none', () => {
  expect(failedRecords([{ messageId: 'm-1' }, { messageId: 'm-2' }])).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm-1' }, { itemIdentifier: 'm-2' }],
  });
  expect(failedRecords([])).toEqual({ batchItemFailures: [] });
});
