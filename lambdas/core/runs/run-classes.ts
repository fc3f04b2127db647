import type { StateRow } from '../delivery/ports/state-store.ts';
import type { Difference, DifferenceClass } from './difference.ts';
import type { RunCounts } from './run.ts';

/**
 * Compares a source version with the sync record alone. Excluded and deleted records are in sync; a record that failed at this
 * version is `failed`, because another attempt would fail too.
 */
export function classByRow(
  source: { readonly id: string; readonly version: number },
  row: StateRow | undefined,
): Difference {
  const listed = { id: source.id, sourceVersion: source.version };
  if (!row) return { ...listed, class: 'missing' };
  const known = { ...listed, writtenVersion: row.version };
  if (row.status === 'deleted' || row.isSkipped === true) return { ...known, class: 'in-sync' };
  if (row.failure && row.failure.version >= source.version) {
    return { ...known, class: 'failed', code: row.failure.code };
  }
  if (row.version === 0) return { ...known, class: 'missing' };
  return { ...known, class: source.version > row.version ? 'source-ahead' : 'in-sync' };
}

/** Code of a resource that has just changed: its notification may still be on its way. */
export const RECENT = 'RECENT';

/** Marks resources that are behind and changed after `since`. Times are milliseconds since the epoch. */
export function markRecent(
  differences: readonly Difference[],
  modifiedAt: (id: string) => number | undefined,
  since: number,
): Difference[] {
  return differences.map((one) => {
    const isBehind = one.class === 'source-ahead' || one.class === 'missing';
    return isBehind && (modifiedAt(one.id) ?? 0) > since ? { ...one, code: RECENT } : one;
  });
}

export function countClasses(
  differences: readonly { readonly class: DifferenceClass }[],
): RunCounts['classes'] {
  const counts: Partial<Record<DifferenceClass, number>> = {};
  for (const one of differences) counts[one.class] = (counts[one.class] ?? 0) + 1;
  return counts;
}
