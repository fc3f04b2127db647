import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { ConnectorError } from '../../core/base/errors.ts';
import type { QueueAdmin, QueueState } from '../../core/operations/ports/queue-admin.ts';
import type { ConnectedQueue } from '../../core/runs/connected-handler.ts';
import { sqsCall } from './sqs-call.ts';

const deadLettersOf = (name: string): string => `${name}/dead-letters`;

/** `queues`: name of a queue -> its URL and its dead-letter queue. */
export function createSqsQueueAdmin(
  client: SQSClient,
  queues: Readonly<Record<string, ConnectedQueue>>,
): QueueAdmin {
  const places = new Map(
    Object.entries(queues).flatMap(([name, queue]) => [
      [name, { url: queue.url, isDeadLetters: false, queue }],
      [deadLettersOf(name), { url: queue.deadLettersUrl, isDeadLetters: true, queue }],
    ]),
  );
  const placeOf = (name: string) => {
    const place = places.get(name);
    if (place) return place;
    throw new ConnectorError(
      { failureClass: 'configuration', code: 'QUEUE_UNKNOWN' },
      `There is no queue "${name}".`,
    );
  };

  async function state(name: string): Promise<QueueState> {
    const { url, isDeadLetters } = placeOf(name);
    const { Attributes = {} } = await sqsCall(
      client.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'ApproximateNumberOfMessagesDelayed',
          ],
        }),
      ),
    );
    return {
      name,
      ready: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
      inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
      delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
      isDeadLetters,
    };
  }

  return {
    names: () => [...places.keys()],
    state,

    async redrive(name) {
      const { queue } = placeOf(name);
      const { ready } = await state(name);
      if (ready === 0) return { messages: 0 };
      await sqsCall(client.send(new StartMessageMoveTaskCommand({ SourceArn: queue.deadLettersArn })), {
        UnsupportedOperation: ['REDRIVE_BUSY', `A redrive of "${name}" is running already.`],
      });
      return { messages: ready };
    },

    async purge(name) {
      await sqsCall(client.send(new PurgeQueueCommand({ QueueUrl: placeOf(name).url })), {
        PurgeQueueInProgress: ['PURGE_BUSY', `"${name}" was purged within the last 60 s.`],
      });
    },
  };
}
