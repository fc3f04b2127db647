import { collapse } from '../../core/delivery/collapse.ts';
import type { Work } from '../../core/delivery/protocol.ts';
import { groupId, type ResourceEvent, readResourceEvent } from '../../core/delivery/resource-event.ts';
import { readEntry } from '../../core/delivery/run-entry.ts';
import type { QueueRecord } from '../lambda/queue-record.ts';

/** All records of one resource in a batch. They share one result, because SQS locks them as one FIFO group. */
export interface Group {
  readonly records: readonly QueueRecord[];
  /** The records collapsed into one piece of work. */
  readonly work: Work;
  /** The run entries that the records carry. */
  readonly entries: readonly RunEntry[];
  /** The first record, which SQS delivers with every receive of the group. */
  readonly head: QueueRecord;
  /** The record that was sent last. */
  readonly newest: QueueRecord;
}

/** One planned resource of a run. */
export interface RunEntry {
  readonly runId: string;
  readonly page: number;
  readonly index: number;
}

/** A record that is no event of this handler. */
export interface Refused {
  readonly record: QueueRecord;
  readonly reason: string;
}

export function groupRecords(
  records: readonly QueueRecord[],
  isOwn: (event: ResourceEvent) => boolean,
): { groups: Group[]; refused: Refused[] } {
  const groups = new Map<string, Group>();
  const refused: Refused[] = [];
  for (const record of records) {
    const read = readResourceEvent(record.body);
    if ('refusal' in read) refused.push({ record, reason: read.refusal });
    else if (!isOwn(read.event)) refused.push({ record, reason: 'invalid:foreign-resource' });
    else {
      const key = `${read.event.projectKey}/${groupId(read.event)}`;
      groups.set(key, join(groups.get(key), record, read.event));
    }
  }
  return { groups: [...groups.values()], refused };
}

function join(known: Group | undefined, record: QueueRecord, event: ResourceEvent): Group {
  const { receives, sentAt } = record;
  const entries = [...(known?.entries ?? []), ...entryOf(event)];
  if (!known)
    return { records: [record], work: { event, receives, sentAt }, head: record, newest: record, entries };
  const { work, head, newest } = known;
  return {
    head,
    entries,
    records: [...known.records, record],
    work: {
      event: collapse(work.event, event),
      receives: Math.max(work.receives, receives),
      sentAt: Math.min(work.sentAt, sentAt),
    },
    newest: sentAt >= newest.sentAt ? record : newest,
  };
}

function entryOf({ runId, entry }: ResourceEvent): RunEntry[] {
  return runId !== undefined && entry !== undefined ? [{ runId, ...readEntry(entry) }] : [];
}
