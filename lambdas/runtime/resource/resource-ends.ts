import { type Failure, toFailure } from '../../core/base/errors.ts';
import type { Outcome } from '../../core/base/outcome.ts';
import { backoffSeconds } from '../../core/delivery/backoff.ts';
import { mustForgetHash } from '../../core/delivery/protocol.ts';
import { groupId } from '../../core/delivery/resource-event.ts';
import { recordOutcome } from '../lambda/counted-outcomes.ts';
import type { QueueRecord } from '../lambda/queue-record.ts';
import type { Group, Refused } from './fifo-batch.ts';
import type { Item, ResourcePorts } from './resource-batch.ts';
import { failedNow, groupOf, listAgain, listFailure, resolveFailure } from './resource-failure.ts';
import { recentWith } from './resource-row.ts';

/** How a work item ended. `recorded`: it waits in Prepare mode, and that is no outcome yet. */
export interface End {
  readonly outcome: Exclude<Outcome, 'filtered'> | 'recorded';
  readonly reason: string;
}

/** What the judge of an unknown exception has to know. */
export interface Progress {
  omsWasCalled: boolean;
}

/** A group at its exit: what comes back, or the end that is counted as soon as it may be acknowledged. */
export type GroupResult =
  | { readonly group: Group; readonly back: readonly QueueRecord[] }
  | { readonly group: Group; readonly end: End; readonly startedAt: number };

/** Runs one work item to one of its exits. */
export async function settle(
  ports: ResourcePorts,
  item: Item<unknown>,
  work: (progress: Progress) => Promise<End>,
): Promise<GroupResult> {
  const { group } = item;
  const progress: Progress = { omsWasCalled: false };
  const startedAt = ports.clock();
  try {
    const end = await work(progress);
    if (!isCommit(end) && mustForgetHash(group.work, item.row)) await ports.store.forgetHash(item.key);
    if (!isCommit(end)) await listAgain(ports, item);
    await clearRecorded(ports, item);
    return { group, end, startedAt };
  } catch (error) {
    const failure = toFailure(error, progress.omsWasCalled);
    if (failure.code === 'INTERNAL') reportBug(ports, error);
    return failure.failureClass === 'permanent'
      ? markFailed(ports, item, failure, startedAt)
      : { group, back: await retryLater(ports, group, failure, item) };
  }
}

function isCommit({ outcome }: End): boolean {
  return outcome === 'synced' || outcome === 'unchanged' || outcome === 'deleted';
}

/** An operator released what Prepare mode had recorded: dealt with, as far as this event reaches. */
async function clearRecorded(ports: ResourcePorts, { group, key }: Item<unknown>): Promise<void> {
  const { process, version, kind, dataErasure } = group.work.event;
  if (process !== true) return;
  await ports.pending.clear(key, { version, kind, ...(dataErasure === true && { dataErasure }) });
}

/** A permanent failure: noted in the row, an item of its own, a copy without body to the dead-letter queue, acknowledged. */
async function markFailed(
  ports: ResourcePorts,
  item: Item<unknown>,
  failure: Failure,
  startedAt: number,
): Promise<GroupResult> {
  const { group, key, row } = item;
  // Moving copies back goes over many: it is no word about this one, as its release was.
  const { body: _body, bodyAt: _bodyAt, process: _process, ...event } = group.work.event;
  const { version, traceId } = event;
  const { code, field } = failure;
  const failed = { ...failedNow(row, event), code, ...(field !== undefined && { field }) };
  const end = { outcome: 'failed', reason: code } as const;
  try {
    // Of an older cause nothing may stay behind; from here on the row leads to the new one only.
    if (row?.failure && groupOf(row.failure) !== groupOf(failed)) await resolveFailure(ports, item);
    // The row first: it may be written any number of times, a copy may not.
    await ports.store.markFailed(key, { ...failed, recent: recentWith(ports, item, { ...end, version }) });
    await listFailure(ports, item, failed);
    const messageId = group.records[0]?.messageId ?? traceId;
    await ports.deadLetters.send({ ...event, messageId, reason: code }, groupId(event));
    await clearRecorded(ports, item);
  } catch (error) {
    return { group, back: await retryLater(ports, group, error, item) };
  }
  return { group, end, startedAt };
}

/**
 * Hides the whole group for the backoff; while it is hidden, SQS hands out nothing else of this resource. With the item, the
 * row tells what it waits for.
 */
export async function retryLater(
  ports: ResourcePorts,
  group: Group,
  error: unknown,
  item?: Item<unknown>,
): Promise<readonly QueueRecord[]> {
  const failure = isFailure(error) ? error : toFailure(error, false);
  const delaySeconds = backoffSeconds(failure, group.work.receives, ports.delivery, ports.random());
  const records = await changeVisibility(ports, group, failure, delaySeconds);
  if (item) await noteWaiting(ports, item, failure.code, delaySeconds);
  return records;
}

/** The breaker is open: no call, no note, only a long wait. */
export function retryWhileBreakerOpen(ports: ResourcePorts, group: Group): Promise<readonly QueueRecord[]> {
  const open = { failureClass: 'retry', code: 'BREAKER_OPEN' } as const;
  return changeVisibility(ports, group, open, ports.delivery.backoffCapSeconds);
}

async function changeVisibility(
  ports: ResourcePorts,
  group: Group,
  failure: Failure,
  seconds: number,
): Promise<readonly QueueRecord[]> {
  const { event, receives } = group.work;
  await ports.queue.changeVisibility(
    group.records.map(({ receiptHandle }) => receiptHandle),
    seconds,
  );
  const { typeId: resourceType, id } = event.resource;
  const { version, traceId } = event;
  const { failureClass, code } = failure;
  const about = { resourceType, id, version, traceId, receives, delaySeconds: seconds };
  ports.log.retry({ ...about, failureClass, code });
  ports.metrics.count('Retried', group.records.length);
  if (failureClass === 'configuration') {
    ports.metrics.count('ConfigurationErrors');
    await ports.switches.noteTrouble(code);
  }
  return group.records;
}

/**
 * For whoever asks why a resource is not there yet. Best effort: one write a failed try, none where the table is the trouble
 * or the look that found nothing was noted already.
 */
async function noteWaiting(
  ports: ResourcePorts,
  { group, key, row }: Item<unknown>,
  code: string,
  delaySeconds: number,
): Promise<void> {
  if (row?.status === 'deleted' || code.startsWith('STATE_') || code === 'NOT_FOUND_YET') return;
  const until = ports.clock() + delaySeconds * 1_000;
  try {
    await ports.store.noteWaiting(key, { code, receives: group.work.receives, until });
  } catch {
    ports.log.warning({ code: 'WAITING_NOT_NOTED', field: 'waiting', id: key.id });
    ports.metrics.count('Warnings');
  }
}

/** A message that is no event: set aside by code at once, so that its neighbours go on. */
export async function deadLetterRefused(
  ports: ResourcePorts,
  { record, reason }: Refused,
): Promise<readonly QueueRecord[]> {
  try {
    await ports.deadLetters.send({ messageId: record.messageId, reason }, record.messageId);
  } catch {
    ports.metrics.count('Retried');
    return [record];
  }
  recordOutcome(ports, { outcome: 'failed', reason, traceId: record.messageId });
  return [];
}

/** Each record of the group has ended: one with the group's outcome, the others collapsed into it. */
export function recordEnd(
  ports: ResourcePorts,
  group: Group,
  { outcome, reason }: End,
  startedAt: number,
): void {
  const { resource, version, traceId } = group.work.event;
  const about = { resourceType: resource.typeId, id: resource.id, version, traceId };
  if (outcome === 'recorded') {
    ports.metrics.count('Recorded');
    ports.log.recorded(about);
  } else recordOutcome(ports, { outcome, reason, ...about, durationMs: ports.clock() - startedAt });
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
