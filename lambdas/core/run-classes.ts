import type { Difference } from './ports/run-store.ts';
import type { StateRow } from './ports/state-store.ts';
import type { DifferenceClass, RunCounts } from './run.ts';

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

export function countClasses(
  differences: readonly { readonly class: DifferenceClass }[],
): RunCounts['classes'] {
  const counts: Partial<Record<DifferenceClass, number>> = {};
  for (const one of differences) counts[one.class] = (counts[one.class] ?? 0) + 1;
  return counts;
}
