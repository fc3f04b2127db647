import { backoffSeconds } from '../core/backoff.ts';
import { type Failure, toFailure } from '../core/errors.ts';
import type { Outcome } from '../core/outcome.ts';
import { mustForgetHash } from '../core/protocol.ts';
import { groupId } from '../core/resource-event.ts';
import { recordOutcome } from './counted-outcomes.ts';
import type { Group, QueueRecord, Refused } from './fifo-batch.ts';
import type { Item, ResourcePorts } from './resource-batch.ts';

/** How a work item ended. */
export interface End {
  readonly outcome: Exclude<Outcome, 'collapsed' | 'failed'>;
  readonly reason: string;
}

/** What the judge of an unknown exception has to know. */
export interface Progress {
  omsWasCalled: boolean;
}

/** Runs one work item to one of its exits. Answers the records that come back. */
export async function settle(
  ports: ResourcePorts,
  item: Item<unknown>,
  work: (progress: Progress) => Promise<End>,
): Promise<readonly QueueRecord[]> {
  const progress: Progress = { omsWasCalled: false };
  const startedAt = ports.clock();
  try {
    const end = await work(progress);
    const isCommitted = end.outcome !== 'superseded' && end.outcome !== 'absent';
    if (!isCommitted && mustForgetHash(item.group.work, item.row)) await ports.store.forgetHash(item.key);
    recordEnd(ports, item.group, end, startedAt);
    return [];
  } catch (error) {
    const failure = toFailure(error, progress.omsWasCalled);
    if (failure.code === 'INTERNAL') reportBug(ports, error);
    return failure.failureClass === 'permanent'
      ? park(ports, item, failure, startedAt)
      : comeBack(ports, item.group, failure);
  }
}

/** A permanent failure: a copy without body to the dead-letter queue, a note in the row, and acknowledged. */
async function park(
  ports: ResourcePorts,
  { group, key }: Item<unknown>,
  failure: Failure,
  startedAt: number,
): Promise<readonly QueueRecord[]> {
  const { body: _body, bodyAt: _bodyAt, ...event } = group.work.event;
  try {
    // The row first: it may be written any number of times, a copy may not.
    await ports.store.park(key, { version: event.version, code: failure.code });
    const messageId = group.records[0]?.messageId ?? event.traceId;
    await ports.deadLetters.setAside({ ...event, messageId, reason: failure.code }, groupId(event));
  } catch (error) {
    return comeBack(ports, group, error);
  }
  recordEnd(ports, group, { outcome: 'failed', reason: failure.code }, startedAt);
  return [];
}

/** Hides the whole group for the backoff; while it is hidden, SQS hands out nothing else of this resource. */
export async function comeBack(
  ports: ResourcePorts,
  group: Group,
  error: unknown,
): Promise<readonly QueueRecord[]> {
  const failure = isFailure(error) ? error : toFailure(error, false);
  const { event, receives } = group.work;
  const delaySeconds = backoffSeconds(failure, receives, ports.delivery, ports.random());
  await ports.queue.hide(
    group.records.map(({ receiptHandle }) => receiptHandle),
    delaySeconds,
  );
  const { typeId: resourceType, id } = event.resource;
  const { failureClass, code } = failure;
  ports.log.retry({
    resourceType,
    id,
    version: event.version,
    traceId: event.traceId,
    receives,
    delaySeconds,
    failureClass,
    code,
  });
  ports.metrics.count('Retried', group.records.length);
  if (failureClass === 'configuration') ports.metrics.count('ConfigurationErrors');
  return group.records;
}

/** A message that is no event: set aside by code at once, so that its neighbours go on. */
export async function setAsideRefused(
  ports: ResourcePorts,
  { record, reason }: Refused,
): Promise<readonly QueueRecord[]> {
  try {
    await ports.deadLetters.setAside({ messageId: record.messageId, reason }, record.messageId);
  } catch {
    ports.metrics.count('Retried');
    return [record];
  }
  recordOutcome(ports, { outcome: 'failed', reason, traceId: record.messageId });
  return [];
}

function recordEnd(
  ports: ResourcePorts,
  group: Group,
  end: { outcome: Outcome; reason: string },
  startedAt: number,
): void {
  const { resource, version, traceId } = group.work.event;
  const about = { resourceType: resource.typeId, id: resource.id, version, traceId };
  recordOutcome(ports, { ...end, ...about, durationMs: ports.clock() - startedAt });
  for (const _collapsed of group.records.slice(1))
    recordOutcome(ports, { outcome: 'collapsed', reason: 'handler-batch', ...about });
}

function reportBug(ports: ResourcePorts, error: unknown): void {
  ports.log.error({
    code: 'INTERNAL',
    errorName: error instanceof Error ? error.name : typeof error,
    place: ports.handlerId,
  });
}

function isFailure(error: unknown): error is Failure {
  return typeof error === 'object' && error !== null && 'failureClass' in error && 'code' in error;
}
