import { buildApp } from 'fauxqs';
import { AwsError, type Json, type JsonObject } from '../contract.ts';
import { isObject } from '../fields.ts';
import { decodeBodies, encodeBodies } from './supplementary-characters.ts';

/** The messages of a queue, from the inspection route of fauxqs. */
export interface InspectedQueue {
  readonly ready: readonly InspectedMessage[];
  readonly delayed: readonly InspectedMessage[];
  readonly inflight: readonly { message: InspectedMessage; visibilityDeadline: number }[];
}

export interface InspectedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly sentTimestamp: number;
  readonly approximateReceiveCount: number;
  readonly delayUntil?: number;
  readonly messageGroupId?: string;
}

export interface QueueCounts {
  readonly name: string;
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** fauxqs without a port of its own, because its `startFauxqs` would bind every network interface. */
export interface Fauxqs {
  /** Carries out an operation. Queue URLs in the answer are those of fauxqs. Throws AwsError. */
  send(operation: string, input: JsonObject): Promise<JsonObject>;
  queueNames(): Promise<string[]>;
  /**
   * The counts of fauxqs. Their sum is right; on a queue without receives, the single counts may be outdated.
   */
  counts(): Promise<QueueCounts[]>;
  inspect(queueName: string): Promise<InspectedQueue>;
  close(): Promise<void>;
}

export async function startFauxqsCore(region: string): Promise<Fauxqs> {
  const app = buildApp({ logger: false, defaultRegion: region });
  await app.ready();

  async function get(url: string): Promise<Json> {
    return (await app.inject({ method: 'GET', url })).json() as Json;
  }

  async function counts(): Promise<QueueCounts[]> {
    const queues = await get('/_fauxqs/queues');
    return (Array.isArray(queues) ? queues : []).filter(isObject).map((queue) => ({
      name: String(queue['name']),
      ready: Number(queue['approximateMessageCount']),
      delayed: Number(queue['approximateDelayedCount']),
      inFlight: Number(queue['approximateInflightCount']),
    }));
  }

  return {
    send: async (operation, input) => {
      const response = await app.inject({
        method: 'POST',
        url: '/',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `AmazonSQS.${operation}`,
          host: 'localhost',
        },
        payload: JSON.stringify(encodeBodies(input)),
      });
      const answer = response.json() as Json;
      if (!isObject(answer))
        throw new AwsError('InternalError', `SQS answered ${response.payload}`, { status: 500 });
      if (response.statusCode < 300) return decodeBodies(answer, input);
      throw new AwsError(codeOf(answer), String(answer['message'] ?? ''), { status: response.statusCode });
    },
    queueNames: async () => (await counts()).map(({ name }) => name),
    counts,
    inspect: async (queueName) => {
      const queue = (await get(`/_fauxqs/queues/${queueName}`)) as unknown as { messages?: InspectedQueue };
      return queue.messages ?? { ready: [], delayed: [], inflight: [] };
    },
    close: async () => {
      await app.close();
    },
  };
}

function codeOf(error: JsonObject): string {
  return (
    String(error['__type'] ?? error['code'] ?? 'InternalError')
      .split('#')
      .at(-1) ?? 'InternalError'
  );
}
