import type { ResourceEvent } from '../../lambdas/core/delivery/resource-event.ts';
import type { QueueRecord } from '../../lambdas/runtime/lambda/queue-record.ts';
import { someId } from './notification.ts';

let count = 0;

/** A message as a function receives it. */
export function record(body: unknown, over: Partial<QueueRecord> = {}): QueueRecord {
  const messageId = `message-${++count}`;
  return {
    messageId,
    receiptHandle: `receipt-${messageId}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    receives: 1,
    sentAt: 0,
    ...over,
  };
}

export function event(over: Partial<ResourceEvent> = {}): ResourceEvent {
  return {
    projectKey: 'local',
    resource: { typeId: 'customer', id: someId },
    version: 3,
    kind: 'UPSERT',
    traceId: 'trace-1',
    ...over,
  };
}
