/** What Prepare mode records instead of sending it, one item per resource. */
import type { Change } from '../../core/delivery/pending-change.ts';
import type { WorkItem, WorkResult } from './work-item.ts';

/** Everything but an erasure: that is still to be done after a plain delete. */
export const everyChange = { version: Number.MAX_SAFE_INTEGER, kind: 'DELETE' } as const;

/** The first change of a resource waits; a later one is merged into it. */
export async function recordChange({ ports, key, group }: WorkItem): Promise<WorkResult> {
  const { version, kind } = group.work.event;
  const answer = await ports.pending.record(key, { version, kind });
  return { outcome: answer === 'recorded' ? 'recorded' : 'collapsed', reason: 'prepare' };
}

/** Clears a recorded change that the OMS holds by now. No write unless something may be recorded. */
export async function clearOvertaken({ ports, key, mayBeRecorded }: WorkItem, done: Change): Promise<void> {
  if (mayBeRecorded) await ports.pending.clear(key, done);
}

/** Clears a recorded change that an operator released, as far as this event covers it. */
export async function clearReleased({ ports, key, group }: WorkItem): Promise<void> {
  const { process, version, kind, dataErasure } = group.work.event;
  if (process !== true) return;
  await ports.pending.clear(key, { version, kind, ...(dataErasure === true && { dataErasure }) });
}
