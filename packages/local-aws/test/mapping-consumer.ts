import type { JsonObject } from '../src/contract.ts';
import { arnOfQueue, mayConsume, type TestAccount, until } from './test-account.ts';

/** Prints each batch as JSON and returns the answer in the first body. */
export const answersFirstBody = `
  export const handler = async ({ Records }) => {
    console.log(JSON.stringify(Records.map(({ body }) => body)));
    const answer = JSON.parse(Records[0].body).answer;
    if (answer === 'throw') throw new Error('whole batch');
    return JSON.parse((JSON.stringify(answer) ?? 'null').replaceAll('FIRST', Records[0].messageId));
  };`;

let names = 0;

/** Creates a queue, a function that consumes it, and the mapping between them. */
export async function startConsumer(
  account: TestAccount,
  options: { source?: string; queue?: Record<string, string>; mapping?: JsonObject } = {},
) {
  names += 1;
  const fifo = options.queue?.['FifoQueue'] === 'true';
  const queue = fifo ? `source-${names}.fifo` : `source-${names}`;
  const url = await account.queue(queue, { VisibilityTimeout: '30', ...options.queue });
  const name = `consumer-${names}`;
  await account.fn(name, options.source ?? answersFirstBody, { Timeout: 20, policy: [mayConsume(queue)] });
  const created = await account.aws('lambda', 'CreateEventSourceMapping', {
    EventSourceArn: arnOfQueue(queue),
    FunctionName: name,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...options.mapping,
  });
  const UUID = String(created['UUID']);
  return {
    name,
    url,
    queue,
    created,
    UUID,
    send: (...bodies: unknown[]) =>
      account.aws('sqs', 'SendMessageBatch', {
        QueueUrl: url,
        Entries: bodies.map((body, index) => ({ Id: String(index), MessageBody: JSON.stringify(body) })),
      }),
    sendTo: (group: string, body: unknown) =>
      account.aws('sqs', 'SendMessage', {
        QueueUrl: url,
        MessageBody: JSON.stringify(body),
        MessageGroupId: group,
        MessageDeduplicationId: `${group}-${JSON.stringify(body)}`,
      }),
    batches: () => account.lambda.logs(name).map(({ text }) => JSON.parse(text) as unknown[]),
    report: () => account.lambda.mappings().find(({ uuid }) => uuid === UUID),
    update: (change: JsonObject) => account.aws('lambda', 'UpdateEventSourceMapping', { UUID, ...change }),
    state: async () => (await account.aws('lambda', 'GetEventSourceMapping', { UUID }))['State'],
    async left() {
      const answer = await account.aws('sqs', 'GetQueueAttributes', {
        QueueUrl: url,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      });
      return Object.values(answer['Attributes'] as JsonObject).reduce<number>((sum, n) => sum + Number(n), 0);
    },
  };
}

/** Waits until this many batches were invoked and their messages deleted or returned. */
export const ended = (
  reader: { report: () => { batches: number; batchesInFlight: number } | undefined },
  batches = 1,
) =>
  until(() => {
    const report = reader.report();
    return report !== undefined && report.batches >= batches && report.batchesInFlight === 0;
  });
