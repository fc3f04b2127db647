import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { ConnectorError } from '../../core/base/errors.ts';
import type { Clock } from '../../core/base/ports/clock.ts';
import { type DeadLetter, readDeadLetter } from '../../core/delivery/dead-letter.ts';
import type { DeadLetterCopies } from '../../core/delivery/ports/dead-letter-copies.ts';
import { sqsCall } from './sqs-call.ts';
import { changeVisibilities } from './sqs-work-queue.ts';

/** Messages that one receive takes, and therefore at most those of one delete. */
const MESSAGES_A_RECEIVE = 10;
/** Other receivers do not see the messages of a pass for this long, or until its end, when they become visible again. */
const PASS_SECONDS = 60;
/** Without waiting, a receive may find nothing in a queue that holds messages. */
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
      MaxNumberOfMessages: MESSAGES_A_RECEIVE,
      VisibilityTimeout: PASS_SECONDS,
      WaitTimeSeconds: POLL_SECONDS,
    });
    return (await sqsCall(client.send(command))).Messages ?? [];
  }

  /** Answers how many were deleted. */
  async function deleteAll(QueueUrl: string, handles: readonly Handle[]): Promise<number> {
    if (handles.length === 0) return 0;
    const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    const command = new DeleteMessageBatchCommand({ QueueUrl, Entries });
    return (await sqsCall(client.send(command))).Successful?.length ?? 0;
  }

  return {
    async remove(queue, isMoot, { limit, until = Number.POSITIVE_INFINITY }) {
      const url = urls[queue];
      if (url === undefined) throw unknownQueue(queue);
      const others: Handle[] = [];
      let received = 0;
      let moot = 0;
      let removed = 0;
      try {
        for (;;) {
          const messages = await receive(url);
          if (messages.length === 0) return { removed, isWhole: removed === moot };
          received += messages.length;
          const [copies, rest] = partition(messages, isMoot);
          others.push(...rest);
          moot += copies.length;
          removed += await deleteAll(url, copies);
          if (received >= limit || clock() >= until) return { removed, isWhole: false };
        }
      } finally {
        await changeVisibilities(client, url, { receiptHandles: others, seconds: 0 });
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

/** Only the handle of a message is kept: bodies would fill the memory. */
type Handle = string;

/** Moot ones and others. An unreadable message is left in the queue. */
function partition(
  messages: readonly Message[],
  isMoot: (letter: DeadLetter) => boolean,
): [Handle[], Handle[]] {
  const { moot = [], other = [] } = Object.groupBy(messages, ({ Body = '' }) => {
    const letter = readDeadLetter(Body);
    return letter !== undefined && isMoot(letter) ? 'moot' : 'other';
  });
  const handleOf = ({ ReceiptHandle = '' }: Message): Handle => ReceiptHandle;
  return [moot.map(handleOf), other.map(handleOf)];
}
