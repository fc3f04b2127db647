import {
  type Gateway,
  isObject,
  type Json,
  type JsonObject,
  type ServiceCall,
} from '@fluent-connector/local-aws';
import { billedRequests } from './cost.ts';

/** Running totals of the queue requests of event source mappings and rules. */
export interface QueueTraffic {
  /** Billed receives and deletes, by type of queue. */
  standardReceives: number;
  standardDeletes: number;
  fifoReceives: number;
  fifoDeletes: number;
  emptyReceives: number;
  /** Messages that rules sent; EventBridge sends each by itself. */
  ruleSends: number;
  /** The calls that sent them here. */
  ruleSendCalls: number;
}

/**
 * Counts the calls between the parts of the embedded AWS from requests and answers: the gateway's own counts include
 * receives that found nothing. Calls of functions go over HTTP and are not counted here.
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
  gateway.call = async (request) => {
    const answer = await call(request);
    if (request.service === 'sqs') note(traffic, request, answer);
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
