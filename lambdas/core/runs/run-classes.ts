import type { StateRow } from '../delivery/ports/state-store.ts';
import type { Difference, DifferenceClass } from './difference.ts';
import type { RunCounts } from './run.ts';

/**
 * How a resource of the source stands by its row alone. What was taken out by an operator or deleted for good is as it should be;
 * what was set aside at this version waits for somebody, and trying it once more would not help.
 */
export function classByRow(
  source: { readonly id: string; readonly version: number },
  row: StateRow | undefined,
): Difference {
  const about = { id: source.id, sourceVersion: source.version };
  if (!row) return { ...about, class: 'missing' };
  const known = { ...about, writtenVersion: row.version };
  if (row.status === 'deleted' || row.isSkipped === true) return { ...known, class: 'in-sync' };
  if (row.failure && row.failure.version >= source.version) {
    return { ...known, class: 'failed', code: row.failure.code };
  }
  if (row.version === 0) return { ...known, class: 'missing' };
  return { ...known, class: source.version > row.version ? 'source-ahead' : 'in-sync' };
}

/** Code of what changed a moment ago: it may be on its way. */
export const RECENT = 'RECENT';

/** Marks what is behind only because it has just changed. `modifiedAt`: of a resource, if the source says so; milliseconds since the epoch. */
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
