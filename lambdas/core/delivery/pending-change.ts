import type { PendingChange } from './ports/pending-store.ts';
import type { StateRow } from './ports/state-store.ts';

export type Recorded = Omit<PendingChange, 'id' | 'resourceType'>;
export type Change = Omit<Recorded, 'since'>;

/** Merges two changes of one resource as `collapse` does: neither a delete nor an erasure is lost. */
export function mergeChanges(known: Recorded, change: Change): Recorded {
  const isErasure = known.dataErasure === true || change.dataErasure === true;
  return {
    since: known.since,
    version: Math.max(known.version, change.version),
    kind: known.kind === 'DELETE' || change.kind === 'DELETE' ? 'DELETE' : 'UPSERT',
    ...(isErasure && { dataErasure: true }),
  };
}

/** Does this change include everything that was recorded? */
export function covers(change: Change, recorded: Change): boolean {
  return (
    recorded.version <= change.version &&
    (recorded.kind === 'UPSERT' || change.kind === 'DELETE') &&
    (recorded.dataErasure !== true || change.dataErasure === true)
  );
}

/**
 * Was the recorded change written by a later event? An equal version counts only if it was written after the recording: a changed
 * mapping makes an unchanged version worth sending again.
 */
export function isOvertaken(
  recorded: Recorded,
  row: Pick<StateRow, 'status' | 'version' | 'erased' | 'at'> | undefined,
): boolean {
  if (!row) return false;
  if (row.status === 'deleted') return recorded.dataErasure !== true || row.erased === true;
  if (recorded.kind === 'DELETE') return false;
  const isLater = (row.at ?? 0) * 1_000 >= recorded.since;
  return row.version > recorded.version || (row.version === recorded.version && isLater);
}
