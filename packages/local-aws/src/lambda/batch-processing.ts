import { setTimeout as sleep } from 'node:timers/promises';
import { type Gateway, host } from '../contract.ts';
import type { BatchSource } from './batch-source.ts';
import type { HostedFunction } from './hosted-function.ts';
import { type Invoker, isRecursion, isThrottle } from './invoker.ts';
import { lineageOf, mergeLineages } from './lineage.ts';
import { failedMessageIds } from './partial-batch.ts';
import { queueUrl } from './queue-name.ts';
import { type ReceivedMessage, sqsRecord } from './sqs-records.ts';

export interface BatchWork {
  readonly gateway: Gateway;
  readonly invoker: Invoker;
  readonly source: BatchSource;
  readonly fn: HostedFunction;
  readonly queueArn: string;
  readonly reportsItemFailures: boolean;
}

/** Waits between attempts for a throttled batch. After the last one its messages become visible again. */
const throttleWaitsMs = [50, 100, 200, 400, 800, 1600];

/**
 * Invokes the function once and deletes the messages that it handled; failed ones become visible again.
 * Returns the text for LastProcessingResult.
 */
export async function processBatch(work: BatchWork, messages: readonly ReceivedMessage[]): Promise<string> {
  const { fn, invoker, source, gateway, queueArn } = work;
  const records = messages.map((message) => sqsRecord(message, { arn: queueArn, region: gateway.region }));
  const lineage = mergeLineages(messages.map((message) => lineageOf(message.Attributes['AWSTraceHeader'])));
  const payload = JSON.stringify({ Records: records });

  for (const waitMs of throttleWaitsMs)
    try {
      const result = await invoker.run(fn, { payload, lineage });
      if (result.functionError) return 'PROBLEM: Function call failed';
      const failed = work.reportsItemFailures
        ? failedMessageIds(
            result.payload,
            messages.map(({ MessageId }) => MessageId),
          )
        : new Set<string>();
      const undeleted = await source.delete(messages.filter(({ MessageId }) => !failed.has(MessageId)));
      // A failed delete is not repeated: SQS may deliver a handled message again.
      return undeleted.length > 0 ? `PROBLEM: ${undeleted.length} messages could not be deleted` : 'OK';
    } catch (error) {
      if (isRecursion(error)) return deadLetterBatch(work, messages);
      if (!isThrottle(error)) throw error;
      await sleep(waitMs);
    }
  return 'PROBLEM: Function call throttled';
}

/**
 * The recursion guard moves a batch to the dead-letter queue, or drops it when there is none, as AWS does.
 */
async function deadLetterBatch(
  { gateway, queueArn, source }: BatchWork,
  messages: readonly ReceivedMessage[],
): Promise<string> {
  const asHost = { service: 'sqs', caller: host } as const;
  const answer = await gateway.call({
    ...asHost,
    operation: 'GetQueueAttributes',
    input: { QueueUrl: queueUrl(gateway, queueArn), AttributeNames: ['RedrivePolicy'] },
  });
  const policy = /"deadLetterTargetArn"\s*:\s*"([^"]+)"/.exec(JSON.stringify(answer).replaceAll('\\"', '"'));
  const deadLetterArn = policy?.[1];
  for (const message of deadLetterArn ? messages : [])
    await gateway.call({
      ...asHost,
      operation: 'SendMessage',
      input: {
        QueueUrl: queueUrl(gateway, deadLetterArn ?? ''),
        MessageBody: message.Body,
        MessageAttributes: JSON.parse(JSON.stringify(message.MessageAttributes)),
        ...(message.Attributes['MessageGroupId'] && {
          MessageGroupId: message.Attributes['MessageGroupId'],
          MessageDeduplicationId: message.MessageId,
        }),
      },
    });
  await source.delete(messages);
  return 'PROBLEM: Recursive loop detected';
}
