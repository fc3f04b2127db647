import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Dispatch, HandlerQueues } from '../../core/delivery/ports/handler-queues.ts';
import { deduplicationId, groupId } from '../../core/delivery/resource-event.ts';

/** SQS takes ten messages a call. */
const BATCH = 10;

/** Sends events to the FIFO queues of their handlers. `queueUrls`: handler id -> URL. */
export function createSqsHandlerQueues(
  client: SQSClient,
  queueUrls: Readonly<Record<string, string>>,
): HandlerQueues {
  async function sendBatch(
    queueUrl: string,
    batch: readonly (Dispatch & { index: number })[],
  ): Promise<number[]> {
    try {
      const answer = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map(({ index, typeId, event }) => ({
            Id: String(index),
            MessageBody: JSON.stringify(event),
            MessageGroupId: groupId(event),
            MessageDeduplicationId: deduplicationId(typeId, event),
          })),
        }),
      );
      const taken = new Set((answer.Successful ?? []).map(({ Id }) => Id));
      return batch.map(({ index }) => index).filter((index) => !taken.has(String(index)));
    } catch {
      return batch.map(({ index }) => index);
    }
  }

  return {
    async send(dispatches) {
      const byHandler = Object.groupBy(
        dispatches.map((dispatch, index) => ({ ...dispatch, index })),
        ({ handler }) => handler,
      );
      const sends = Object.entries(byHandler).flatMap(([handler, list = []]) => {
        const queueUrl = queueUrls[handler];
        // The router checks at its start that every handler has one.
        if (queueUrl === undefined) return [Promise.resolve(list.map(({ index }) => index))];
        return chunks(list, BATCH).map((batch) => sendBatch(queueUrl, batch));
      });
      return new Set((await Promise.all(sends)).flat());
    },
  };
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
