import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { ConnectorError } from '../../core/base/errors.ts';
import type { Clock } from '../../core/base/ports/clock.ts';
import { type DeadLetter, readDeadLetter } from '../../core/delivery/dead-letter.ts';
import type { DeadLetterCopies } from '../../core/delivery/ports/dead-letter-copies.ts';
import { asked } from './sqs-answer.ts';

/** SQS takes and hands out ten messages a call. */
const BATCH = 10;
/** Nobody else sees the messages that are looked at for so long; all are put back at the end of the look. */
const LOOK_SECONDS = 60;
/** A short poll may answer nothing although something is there. */
const POLL_SECONDS = 1;

/** `urls`: name of a queue -> URL of its dead-letter queue. */
export function createSqsDeadLetterCopies(
  client: SQSClient,
  urls: Readonly<Record<string, string>>,
  clock: Clock = Date.now,
): DeadLetterCopies {
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
  async function deleteAll(url: string, handles: readonly Handle[]): Promise<number> {
    if (handles.length === 0) return 0;
    const command = new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries(handles) });
    return (await asked(client.send(command))).Successful?.length ?? 0;
  }

  /** One that cannot be put back comes back by itself when the look's time is over. */
  async function putBack(url: string, handles: readonly Handle[]): Promise<void> {
    for (let start = 0; start < handles.length; start += BATCH) {
      const batch = entries(handles.slice(start, start + BATCH));
      const command = new ChangeMessageVisibilityBatchCommand({
        QueueUrl: url,
        Entries: batch.map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
      });
      await client.send(command).catch(() => undefined);
    }
  }

  return {
    async remove(queue, isMoot, { limit, until = Number.POSITIVE_INFINITY }) {
      const url = urls[queue];
      if (url === undefined) throw unknownQueue(queue);
      const others: Handle[] = [];
      let looked = 0;
      let moot = 0;
      let removed = 0;
      try {
        for (;;) {
          const messages = await receive(url);
          if (messages.length === 0) return { removed, isWhole: removed === moot };
          looked += messages.length;
          const [copies, rest] = partition(messages, isMoot);
          others.push(...rest.map(handleOf));
          moot += copies.length;
          removed += await deleteAll(url, copies.map(handleOf));
          if (looked >= limit || clock() >= until) return { removed, isWhole: false };
        }
      } finally {
        await putBack(url, others);
      }
    },
  };
}

function unknownQueue(queue: string): ConnectorError {
  return new ConnectorError(
    { failureClass: 'configuration', code: 'QUEUE_UNKNOWN' },
    `There is no queue "${queue}" with dead letters.`,
  );
}

/** What cannot be read is left where it is. */
function partition(
  messages: readonly Message[],
  isMoot: (letter: DeadLetter) => boolean,
): [Message[], Message[]] {
  const moot = new Set(
    messages.filter(({ Body = '' }) => {
      const letter = readDeadLetter(Body);
      return letter !== undefined && isMoot(letter);
    }),
  );
  return [[...moot], messages.filter((message) => !moot.has(message))];
}

/** All that is kept of a message: bodies would fill the memory. */
type Handle = string;
const handleOf = ({ ReceiptHandle = '' }: Message): Handle => ReceiptHandle;

function entries(handles: readonly Handle[]): { Id: string; ReceiptHandle: string }[] {
  return handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
}
