import { arnsOf, lastSegment } from '../arns.ts';
import { AwsError, type Gateway, type JsonObject, type Service } from '../contract.ts';
import { object, optionalText, text, unknownOperation } from '../fields.ts';
import { startFauxqsCore } from './fauxqs.ts';
import { MessageMoves } from './message-moves.ts';
import { type QueueDepth, QueueDepths } from './queue-depths.ts';
import { checkRedrivePolicy } from './redrive-policy.ts';

export interface Sqs extends Service {
  queueDepths(): Promise<QueueDepth[]>;
  queueBodies(): Promise<Record<string, string[]>>;
  stop(): Promise<void>;
}

/** Operations that fauxqs answers like AWS. */
const forwarded = [
  'CreateQueue',
  'DeleteQueue',
  'GetQueueUrl',
  'ListQueues',
  'GetQueueAttributes',
  'SetQueueAttributes',
  'PurgeQueue',
  'SendMessage',
  'SendMessageBatch',
  'ReceiveMessage',
  'DeleteMessage',
  'DeleteMessageBatch',
  'ChangeMessageVisibility',
  'ChangeMessageVisibilityBatch',
  'TagQueue',
  'UntagQueue',
  'ListQueueTags',
];

const queueAttributes = [
  'VisibilityTimeout',
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'Policy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
];

/** The `sqs` service: fauxqs with additions and corrections. Queue URLs are `<gateway>/<account>/<name>`. */
export async function createSqs(gateway: Gateway): Promise<Sqs> {
  const fauxqs = await startFauxqsCore(gateway.region);
  const arns = arnsOf(gateway.region, gateway.accountId);
  const moves = new MessageMoves(fauxqs, arns);
  const depths = new QueueDepths(fauxqs);
  const ourUrl = (url: string): string => `${gateway.url}/${gateway.accountId}/${lastSegment(url)}`;

  async function forward(operation: string, input: JsonObject): Promise<JsonObject> {
    if (operation === 'CreateQueue') checkAttributeNames(object(input, 'Attributes'));
    if (operation === 'CreateQueue' || operation === 'SetQueueAttributes')
      await checkRedrivePolicy(fauxqs, input);
    const answer = withOurUrls(await fauxqs.send(operation, input), ourUrl);
    const policy = optionalText(object(input, 'Attributes'), 'Policy');
    if (policy !== undefined) {
      gateway.registerResourcePolicy(
        arns.queue(lastSegment(optionalText(input, 'QueueUrl') ?? text(input, 'QueueName'))),
        policy,
      );
    }
    return answer;
  }

  async function bodiesIn(queue: string): Promise<string[]> {
    const { ready, delayed, inflight } = await fauxqs.inspect(queue);
    return [...ready, ...delayed, ...inflight.map(({ message }) => message)].map(({ body }) => body);
  }

  return {
    handle: async ({ operation, input }) => {
      if (forwarded.includes(operation)) return forward(operation, input);
      switch (operation) {
        case 'ListDeadLetterSourceQueues':
          return {
            queueUrls: (await moves.sourcesOf(arns.queue(lastSegment(text(input, 'QueueUrl'))))).map(ourUrl),
          };
        case 'StartMessageMoveTask':
          return moves.start(input);
        case 'ListMessageMoveTasks':
          return moves.list(text(input, 'SourceArn'));
        case 'CancelMessageMoveTask':
          return moves.cancel(text(input, 'TaskHandle'));
        default:
          throw unknownOperation('sqs', operation);
      }
    },
    queueDepths: () => depths.read(Date.now()),
    queueBodies: async () => {
      const names = await fauxqs.queueNames();
      return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await bodiesIn(name)])));
    },
    stop: () => fauxqs.close(),
  };
}

/** Throws InvalidAttributeName for unknown attributes, which fauxqs would accept and ignore. */
function checkAttributeNames(attributes: JsonObject): void {
  const unknown = Object.keys(attributes).find((name) => !queueAttributes.includes(name));
  if (unknown) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
}

/** Replaces the URLs of fauxqs, whose host name does not resolve on every machine. */
function withOurUrls(answer: JsonObject, ourUrl: (url: string) => string): JsonObject {
  const { QueueUrl, QueueUrls } = answer;
  if (typeof QueueUrl === 'string') return { ...answer, QueueUrl: ourUrl(QueueUrl) };
  if (Array.isArray(QueueUrls)) return { ...answer, QueueUrls: QueueUrls.map((url) => ourUrl(String(url))) };
  return answer;
}
