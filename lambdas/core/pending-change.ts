import type { PendingChange } from './ports/pending-store.ts';

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
