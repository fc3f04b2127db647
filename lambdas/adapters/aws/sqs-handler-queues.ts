import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { HandlerQueues } from '../../core/delivery/ports/handler-queues.ts';
import { deduplicationId, groupId } from '../../core/delivery/resource-event.ts';
import { requestBatches } from './request-batches.ts';

interface Entry {
  /** Position of the dispatch. */
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

/** Sends events to the FIFO queues of their handlers. `queueUrls`: handler id -> URL. */
export function createSqsHandlerQueues(
  client: SQSClient,
  queueUrls: Readonly<Record<string, string>>,
): HandlerQueues {
  /** Answers the positions that the queue did not take. */
  async function sendBatch(QueueUrl: string, Entries: Entry[]): Promise<number[]> {
    const command = new SendMessageBatchCommand({ QueueUrl, Entries });
    const answer = await client.send(command).catch(() => undefined);
    const taken = new Set(answer?.Successful?.map(({ Id }) => Id));
    return Entries.flatMap(({ Id }) => (taken.has(Id) ? [] : [Number(Id)]));
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
        const entries = list.map(({ index, typeId, event }) => ({
          Id: String(index),
          MessageBody: JSON.stringify(event),
          MessageGroupId: groupId(event),
          MessageDeduplicationId: deduplicationId(typeId, event),
        }));
        const batches = requestBatches(entries, ({ MessageBody }) => [MessageBody]);
        return batches.map((batch) => sendBatch(queueUrl, batch));
      });
      return new Set((await Promise.all(sends)).flat());
    },
  };
}
