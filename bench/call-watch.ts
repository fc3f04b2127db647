import {
  type Gateway,
  isObject,
  type Json,
  type JsonObject,
  type ServiceCall,
} from '@fluent-connector/local-aws';
import { billedRequests } from './cost.ts';

/** Running totals of what mappings and rules ask of queues. */
export interface QueueTraffic {
  /** Billed receives and deletes, by type of queue. */
  standardReceives: number;
  standardDeletes: number;
  fifoReceives: number;
  fifoDeletes: number;
  emptyReceives: number;
  /** Messages that rules sent; EventBridge sends each by itself. */
  ruleSends: number;
  /** The calls that carried them here. */
  ruleSendCalls: number;
}

/**
 * Watches the calls that the parts of the embedded AWS make among each other, with their answers: the gateway's own
 * counts do not tell a receive that found nothing. Functions call over HTTP and are not seen here.
 */
export function watchQueues(gateway: Gateway): Readonly<QueueTraffic> {
  const traffic: QueueTraffic = {
    standardReceives: 0,
    standardDeletes: 0,
    fifoReceives: 0,
    fifoDeletes: 0,
    emptyReceives: 0,
    ruleSends: 0,
    ruleSendCalls: 0,
  };
  const call = gateway.call;
  gateway.call = async (asked) => {
    const answer = await call(asked);
    if (asked.service === 'sqs') note(traffic, asked, answer);
    return answer;
  };
  return traffic;
}

function note(traffic: QueueTraffic, { operation, input }: ServiceCall, answer: JsonObject): void {
  const isFifo = String(input['QueueUrl']).endsWith('.fifo');
  if (operation === 'ReceiveMessage') {
    const messages = listOf(answer['Messages']);
    if (messages.length === 0) traffic.emptyReceives += 1;
    else traffic[isFifo ? 'fifoReceives' : 'standardReceives'] += billedRequests(bytesOf(messages, 'Body'));
  } else if (operation === 'DeleteMessageBatch') {
    traffic[isFifo ? 'fifoDeletes' : 'standardDeletes'] += 1;
  } else if (operation === 'SendMessageBatch') {
    const entries = listOf(input['Entries']);
    traffic.ruleSendCalls += 1;
    for (const entry of entries) traffic.ruleSends += billedRequests(bytesOf([entry], 'MessageBody'));
  }
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function bytesOf(messages: readonly Json[], field: string): number {
  return messages.reduce<number>(
    (sum, message) => sum + (isObject(message) ? Buffer.byteLength(String(message[field] ?? '')) : 0),
    0,
  );
}
