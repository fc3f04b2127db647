import * as z from 'zod/mini';
import { readJson } from '../core/base/json.ts';
import type { Dispatch, HandlerQueues } from '../core/delivery/ports/handler-queues.ts';
import type { DeadLetters } from '../core/delivery/ports/work-queue.ts';
import { parseResourceEvent, type ResourceEvent } from '../core/delivery/resource-event.ts';
import type { Route } from '../routes.ts';
import { deadLetterBadInput } from '../runtime/lambda/bad-input.ts';
import type { Observer } from '../runtime/lambda/counted-outcomes.ts';
import type { QueueRecord } from '../runtime/lambda/queue-record.ts';

export interface RouterPorts extends Observer {
  readonly routes: readonly Route[];
  readonly queues: HandlerQueues;
  readonly deadLetters: DeadLetters;
}

/** The part of an EventBridge event that the router reads. */
const envelope = z.object({ 'detail-type': z.string(), detail: z.unknown() });

interface Addressed extends Dispatch {
  readonly record: QueueRecord;
}

/**
 * Sends each event to the queue of every handler that a route of its typeId names. A record is acknowledged when all its sends
 * succeeded; SQS or the version gate drops a repeated send.
 *
 * @returns the records that SQS delivers again.
 */
export async function route(
  ports: RouterPorts,
  records: readonly QueueRecord[],
): Promise<readonly QueueRecord[]> {
  const addressed: Addressed[] = [];
  const failed: QueueRecord[] = [];
  for (const record of records) {
    const read = readBusEvent(record.body);
    if ('refusal' in read) {
      failed.push(...(await deadLetterBadInput(ports, record, read.refusal)));
      continue;
    }
    const handlers = handlersOf(ports.routes, read.typeId);
    // The rule passes typeIds of routes only, so this code is older than the event: a deployment is under way.
    if (handlers.length === 0) failed.push(retryUnknown(ports, record, read.event));
    addressed.push(...handlers.map((handler) => ({ ...read, record, handler })));
  }
  const notTaken = await ports.queues.send(addressed);
  const unsent = new Set(addressed.filter((_, index) => notTaken.has(index)).map(({ record }) => record));
  ports.metrics.count('Retried', unsent.size + failed.length);
  const done = addressed.filter(({ record }) => !unsent.has(record));
  ports.metrics.count('Received', new Set(done.map(({ record }) => record)).size);
  ports.metrics.count('Forwarded', done.length);
  return [...failed, ...unsent];
}

function retryUnknown({ log }: RouterPorts, record: QueueRecord, event: ResourceEvent): QueueRecord {
  const { resource, version, traceId } = event;
  const about = { resourceType: resource.typeId, id: resource.id, version, traceId };
  log.retry({
    ...about,
    receives: record.receives,
    delaySeconds: 0,
    failureClass: 'retry',
    code: 'UNKNOWN_TYPE_ID',
  });
  return record;
}

function handlersOf(routes: readonly Route[], typeId: string): string[] {
  return [...new Set(routes.filter((route) => route.typeId === typeId).map(({ handler }) => handler))];
}

function readBusEvent(body: string): { typeId: string; event: ResourceEvent } | { refusal: string } {
  const json = readJson(body);
  if ('refusal' in json) return json;
  const wrapped = envelope.safeParse(json.value);
  if (!wrapped.success) return { refusal: 'invalid:envelope' };
  const read = parseResourceEvent(wrapped.data.detail);
  return 'refusal' in read ? read : { typeId: wrapped.data['detail-type'], event: read.event };
}
