import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ConnectorError } from '../../core/base/errors.ts';
import { deadLetterId } from '../../core/delivery/dead-letter-id.ts';
import type { DeadLetters } from '../../core/delivery/ports/work-queue.ts';

/** Writes copies of failed records to a dead-letter queue. Its name says whether it is FIFO. */
export function createSqsDeadLetters(client: SQSClient, queueUrl: string): DeadLetters {
  const isFifo = queueUrl.endsWith('.fifo');
  return {
    async send(record, groupId) {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(record),
        MessageAttributes: { reason: { DataType: 'String', StringValue: record.reason.slice(0, 256) } },
        // The same record sent twice within five minutes, after a lost answer, is one copy.
        ...(isFifo && {
          MessageGroupId: groupId,
          MessageDeduplicationId: deadLetterId(record),
        }),
      });
      await client.send(command).catch((error: unknown) => {
        throw new ConnectorError(
          { failureClass: 'retry', code: 'DLQ_UNREACHABLE' },
          'The dead-letter queue did not accept the copy.',
          {
            cause: error,
          },
        );
      });
    },
  };
}
