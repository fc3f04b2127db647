import type { PendingChange } from './ports/pending-store.ts';
import type { StateRow } from './ports/state-store.ts';

export type Recorded = Omit<PendingChange, 'id' | 'resourceType'>;
export type Change = Omit<Recorded, 'since'>;

/** Two changes of one resource as one, as `collapse` does: nothing that either of them wants is lost. */
export function mergeChanges(known: Recorded, change: Change): Recorded {
  const isErasure = known.dataErasure === true || change.dataErasure === true;
  return {
    since: known.since,
    version: Math.max(known.version, change.version),
    kind: known.kind === 'DELETE' || change.kind === 'DELETE' ? 'DELETE' : 'UPSERT',
    ...(isErasure && { dataErasure: true }),
  };
}

/** Is everything done that was recorded, when this change is? */
export function covers(change: Change, recorded: Change): boolean {
  return (
    recorded.version <= change.version &&
    (recorded.kind === 'UPSERT' || change.kind === 'DELETE') &&
    (recorded.dataErasure !== true || change.dataErasure === true)
  );
}

/**
 * Has what was recorded been written since, by an event that nobody recorded? At the row's own version only if that was written after
 * it was recorded: a mapping that changed makes an unchanged version worth sending again.
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
