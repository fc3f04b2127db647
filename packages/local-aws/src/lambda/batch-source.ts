import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError, type Caller, type Gateway, type JsonObject } from '../contract.ts';
import type { MappingSettings } from './mapping-settings.ts';
import { queueUrl } from './queue-name.ts';
import { type ReceivedMessage, receivedMessages, splitBySize } from './sqs-records.ts';

/** Largest event of a synchronous invocation in bytes, less the text around the records. */
const eventLimit = 6 * 1024 * 1024 - 1024;
/** Pause between receives while a window is open, in milliseconds. */
const windowStep = 100;

/** The queue of a mapping. Every call uses the role of the function. */
export interface BatchSource {
  /**
   * Waits up to a second for a first message, then gathers until the batch is full or the batching window is
   * over. Returns no batch without a message, and several batches when the messages do not fit into one
   * event.
   */
  gather(settings: MappingSettings): Promise<ReceivedMessage[][]>;
  /** Deletes messages in batches of ten and returns the ids of those that could not be deleted. */
  delete(messages: readonly ReceivedMessage[]): Promise<string[]>;
  /** Throws AccessDeniedException unless the role has all grants that a mapping needs. */
  checkGrants(): Promise<void>;
  attributes(names: readonly string[]): Promise<JsonObject>;
}

/** Requests that SQS refuses, so that they only check the grants. */
const invalidRequests: readonly [string, JsonObject][] = [
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
  // A receive is never aborted: fauxqs would still give the next message to the aborted long poll and hide
  // it.
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
      const undeleted: string[] = [];
      for (let start = 0; start < messages.length; start += 10) {
        const ten = messages.slice(start, start + 10);
        const answer = await call('DeleteMessageBatch', {
          Entries: ten.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        });
        const failed = Array.isArray(answer['Failed']) ? answer['Failed'] : [];
        for (const entry of failed) {
          const index =
            entry && typeof entry === 'object' && !Array.isArray(entry) ? Number(entry['Id']) : -1;
          undeleted.push(ten[index]?.MessageId ?? 'unknown');
        }
      }
      return undeleted;
    },
    async checkGrants() {
      await call('GetQueueAttributes', { AttributeNames: ['QueueArn'] });
      for (const [operation, input] of invalidRequests) await call(operation, input).catch(unlessDenied);
    },
    async attributes(names) {
      const answer = await call('GetQueueAttributes', { AttributeNames: [...names] });
      const attributes = answer['Attributes'];
      return attributes && typeof attributes === 'object' && !Array.isArray(attributes) ? attributes : {};
    },
  };
}
