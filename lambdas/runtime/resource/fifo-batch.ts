import { collapse } from '../../core/delivery/collapse.ts';
import type { Work } from '../../core/delivery/protocol.ts';
import { groupId, type ResourceEvent, readResourceEvent } from '../../core/delivery/resource-event.ts';
import { readEntry } from '../../core/delivery/run-entry.ts';
import type { QueueRecord } from '../lambda/queue-record.ts';

export interface Group {
  readonly records: readonly QueueRecord[];
  readonly work: Work;
  /** Entries of runs that its records carry: every one of them ends as the group does. */
  readonly entries: readonly RunEntry[];
  /** The first record: SQS hands out nothing of the group before it. */
  readonly head: QueueRecord;
  /** The record that was sent last: what it announces is not given up for an older one. */
  readonly newest: QueueRecord;
}

/** One planned resource of a run. */
export interface RunEntry {
  readonly runId: string;
  readonly page: number;
  readonly index: number;
}

export interface Refused {
  readonly record: QueueRecord;
  readonly reason: string;
}

/** Sorts a batch by resource: the records of one customer become one work item and share its fate. */
export function groupRecords(records: readonly QueueRecord[]): { groups: Group[]; refused: Refused[] } {
  const groups = new Map<string, Group>();
  const refused: Refused[] = [];
  for (const record of records) {
    const read = readResourceEvent(record.body);
    if ('refusal' in read) {
      refused.push({ record, reason: read.refusal });
      continue;
    }
    const key = `${read.event.projectKey}/${groupId(read.event)}`;
    groups.set(key, join(groups.get(key), record, read.event));
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
