import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { ConnectedQueue } from '../../core/connected-handler.ts';
import { ConnectorError } from '../../core/errors.ts';
import { readJson } from '../../core/json.ts';
import { type Change, covers } from '../../core/pending-change.ts';
import type { QueueDesk, QueueState } from '../../core/ports/queue-desk.ts';

/** SQS takes and hands out ten messages a call. */
const BATCH = 10;
/** Nobody else sees the messages that are looked at for so long; all are put back at the end of the look. */
const LOOK_SECONDS = 60;
/** A short poll may answer nothing although something is there. */
const POLL_SECONDS = 1;

const deadLettersOf = (name: string): string => `${name}/dead-letters`;

/** `queues`: name of a queue -> where it and its dead-letter queue are. */
export function createSqsQueueDesk(
  client: SQSClient,
  queues: Readonly<Record<string, ConnectedQueue>>,
): QueueDesk {
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
    const { Attributes = {} } = await asked(
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

  async function receive(url: string): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: BATCH,
      VisibilityTimeout: LOOK_SECONDS,
      WaitTimeSeconds: POLL_SECONDS,
    });
    return (await asked(client.send(command))).Messages ?? [];
  }

  /** Answers how many are gone. */
  async function remove(url: string, messages: readonly Message[]): Promise<number> {
    if (messages.length === 0) return 0;
    const command = new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries(messages) });
    return (await asked(client.send(command))).Successful?.length ?? 0;
  }

  /** One that cannot be put back comes back by itself when the look's time is over. */
  async function putBack(url: string, messages: readonly Message[]): Promise<void> {
    for (let start = 0; start < messages.length; start += BATCH) {
      const batch = entries(messages.slice(start, start + BATCH));
      const command = new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: batch.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
      });
      await client.send(command).catch(() => undefined);
    }
  }

  return {
    names: () => [...places.keys()],
    state,

    async redrive(name) {
      const { queue } = placeOf(name);
      const { ready } = await state(name);
      if (ready === 0) return { messages: 0 };
      await asked(client.send(new StartMessageMoveTaskCommand({ SourceArn: queue.deadLettersArn })), {
        UnsupportedOperation: ['REDRIVE_BUSY', `"${name}" is being given back already.`],
      });
      return { messages: ready };
    },

    async purge(name) {
      await asked(client.send(new PurgeQueueCommand({ QueueUrl: placeOf(name).url })), {
        PurgeQueueInProgress: ['PURGE_BUSY', `"${name}" was purged within the last 60 s.`],
      });
    },

    async removeCopies(handlerId, changes, limit) {
      const { url } = placeOf(deadLettersOf(`handler/${handlerId}`));
      const others: Message[] = [];
      let looked = 0;
      let removed = 0;
      try {
        while (looked < limit) {
          const messages = await receive(url);
          if (messages.length === 0) break;
          looked += messages.length;
          const [copies, rest] = partition(messages, ({ Body }) => isMadeGood(Body, changes));
          others.push(...rest);
          removed += await remove(url, copies);
        }
      } finally {
        await putBack(url, others);
      }
      return removed;
    },
  };
}

/** A dead letter: a copy that was set aside, or an event that SQS moved itself. */
const deadLetter = z.object({
  resource: z.object({ id: z.string() }),
  version: z.int(),
  kind: z.enum(['UPSERT', 'DELETE']),
  dataErasure: z._default(z.boolean(), false),
});

/** What cannot be read is left where it is. */
function isMadeGood(body: string | undefined, changes: ReadonlyMap<string, Change>): boolean {
  const json = readJson(body ?? '');
  const read = deadLetter.safeParse('value' in json ? json.value : undefined);
  const change = read.success ? changes.get(read.data.resource.id) : undefined;
  return read.success && change !== undefined && covers(change, read.data);
}

function entries(messages: readonly Message[]): { Id: string; ReceiptHandle: string }[] {
  return messages.map(({ ReceiptHandle = '' }, index) => ({ Id: String(index), ReceiptHandle }));
}

function partition<T>(list: readonly T[], belongs: (each: T) => boolean): [T[], T[]] {
  return [list.filter(belongs), list.filter((each) => !belongs(each))];
}

/** What only a deployment mends. */
const CONFIGURATION = /AccessDenied|NonExistentQueue|QueueDoesNotExist|InvalidAddress/;

/** An answer of SQS. `known`: by a part of the error's name, code and message of what it means here. Throws a ConnectorError. */
async function asked<T>(
  answer: Promise<T>,
  known: Readonly<Record<string, readonly [code: string, message: string]>> = {},
): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : 'Unknown';
    const failureClass = CONFIGURATION.test(name) ? 'configuration' : 'retry';
    const [code, message] = Object.entries(known).find(([part]) => name.includes(part))?.[1] ?? [
      `SQS_${name}`,
      `SQS did not answer: ${name}.`,
    ];
    throw new ConnectorError({ failureClass, code }, message, { cause });
  }
}
