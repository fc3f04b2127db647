import { type Failure, toFailure } from '../../core/base/errors.ts';
import { groupId } from '../../core/delivery/resource-event.ts';
import { recordOutcome } from '../lambda/counted-outcomes.ts';
import type { QueueRecord } from '../lambda/queue-record.ts';
import { groupOf, listFailure, mergedFailure, resolveFailure } from './failure-list.ts';
import type { Refused } from './group-records.ts';
import { recentOutcomes } from './known-record.ts';
import { clearReleased } from './recorded-changes.ts';
import type { ResourcePorts } from './resource-ports.ts';
import { retryItem } from './retry-later.ts';
import type { GroupResult, WorkItem } from './work-item.ts';

/**
 * A permanent failure: resolve the failure before it, mark the sync record, list the failure, send a copy to the dead-letter
 * queue. The sync record comes before the copy, because it can be written repeatedly and a copy cannot be taken back.
 */
export async function deadLetterItem(
  item: WorkItem,
  failure: Failure,
  startedAt: number,
): Promise<GroupResult> {
  const { ports, group, key, row } = item;
  const { code, field } = failure;
  const failed = { ...mergedFailure(item), code, ...(field !== undefined && { field }) };
  const result = { outcome: 'failed', reason: code } as const;
  // Without the body, and without the operator's release: redriving many copies does not release each of them.
  const { body: _body, bodyAt: _bodyAt, process: _process, ...event } = group.work.event;
  try {
    if (row?.failure && groupOf(row.failure) !== groupOf(failed)) await resolveFailure(item);
    const recent = recentOutcomes(item, { ...result, version: event.version });
    await ports.store.markFailed(key, { ...failed, recent });
    await listFailure(item, failed);
    await ports.deadLetters.send({ ...event, messageId: group.head.messageId, reason: code }, groupId(event));
    await clearReleased(item);
  } catch (error) {
    return retryItem(item, toFailure(error));
  }
  return { group, result, startedAt };
}

/** A message that is not an event of this handler. Answers it if it has to be retried. */
export async function deadLetterRefused(
  ports: ResourcePorts,
  { record, reason }: Refused,
): Promise<readonly QueueRecord[]> {
  const { messageId } = record;
  try {
    await ports.deadLetters.send({ messageId, reason }, messageId);
  } catch {
    ports.metrics.count('Retried');
    return [record];
  }
  recordOutcome(ports, { outcome: 'failed', reason, traceId: messageId });
  return [];
}
