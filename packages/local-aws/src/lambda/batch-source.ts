import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError, type Caller, type Gateway, type JsonObject } from '../parts.ts';
import type { MappingSettings } from './mapping-settings.ts';
import { queueUrl } from './queue-name.ts';
import { type ReceivedMessage, receivedMessages, splitBySize } from './sqs-records.ts';

/** Largest event of a synchronous invocation, in bytes, with room for the frame around the records. */
const eventLimit = 6 * 1024 * 1024 - 1024;
/** Pause between receives while a window is open, in milliseconds. */
const windowStep = 100;

/** A queue as its mapping sees it; every call is made as the function's role. */
export interface BatchSource {
  /**
   * Waits up to a second for a first message, then gathers until the batch is full or its window over. Empty when
   * none came. More than one batch only when the messages do not fit into one event.
   */
  gather(settings: MappingSettings): Promise<ReceivedMessage[][]>;
  /** Deletes in tens and answers the message ids that could not be deleted. */
  delete(messages: readonly ReceivedMessage[]): Promise<string[]>;
  /** Fails with AccessDeniedException unless the role may do what a mapping needs. */
  checkGrants(): Promise<void>;
  attributes(names: readonly string[]): Promise<JsonObject>;
}

const impossible: readonly [string, JsonObject][] = [
  ['ReceiveMessage', { MaxNumberOfMessages: 0 }],
  ['DeleteMessageBatch', { Entries: [] }],
];

function unlessDenied(error: unknown): void {
  if (error instanceof AwsError && error.code === 'AccessDeniedException') throw error;
}

export function createBatchSource(gateway: Gateway, queueArn: string, caller: Caller): BatchSource {
  const QueueUrl = queueUrl(gateway, queueArn);
  const call = (operation: string, input: JsonObject): Promise<JsonObject> =>
    gateway.call({ service: 'sqs', operation, input: { QueueUrl, ...input }, caller });
  // A receive is never aborted: an aborted long poll still takes the next message and hides it.
  const receive = async (atMost: number, waitSeconds: number): Promise<ReceivedMessage[]> =>
    receivedMessages(
      await call('ReceiveMessage', {
        MaxNumberOfMessages: Math.min(10, atMost),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );

  return {
    async gather({ batchSize, windowSeconds }) {
      const messages = await receive(batchSize, 1);
      if (messages.length === 0) return [];
      const windowEnd = performance.now() + windowSeconds * 1000;
      while (windowSeconds > 0 && messages.length < batchSize) {
        const remaining = windowEnd - performance.now();
        if (remaining <= 0) break;
        const more = await receive(batchSize - messages.length, 0);
        messages.push(...more);
        if (more.length === 0) await sleep(Math.min(windowStep, remaining));
      }
      return splitBySize(messages, eventLimit);
    },
    async delete(messages) {
      const kept: string[] = [];
      for (let start = 0; start < messages.length; start += 10) {
        const ten = messages.slice(start, start + 10);
        const answer = await call('DeleteMessageBatch', {
          Entries: ten.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        });
        const failed = Array.isArray(answer['Failed']) ? answer['Failed'] : [];
        for (const entry of failed) {
          const index =
            entry && typeof entry === 'object' && !Array.isArray(entry) ? Number(entry['Id']) : -1;
          kept.push(ten[index]?.MessageId ?? 'unknown');
        }
      }
      return kept;
    },
    async checkGrants() {
      await call('GetQueueAttributes', { AttributeNames: ['QueueArn'] });
      // Requests that cannot be carried out: only the permission is of interest.
      for (const [operation, input] of impossible) await call(operation, input).catch(unlessDenied);
    },
    async attributes(names) {
      const answer = await call('GetQueueAttributes', { AttributeNames: [...names] });
      const attributes = answer['Attributes'];
      return attributes && typeof attributes === 'object' && !Array.isArray(attributes) ? attributes : {};
    },
  };
}
