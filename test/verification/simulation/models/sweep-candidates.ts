import type { SweepCandidates } from '../../../../lambdas/core/runs/ports/sweep-candidates.ts';
import type { MemoryStateStore } from '../../../fakes/memory-state-store.ts';
import type { TableCalls } from './table-calls.ts';

/** A scan over the rows in an arbitrary order; reads `limit` rows, live or not. */
export function sweepCandidatesOf(calls: TableCalls, table: MemoryStateStore): SweepCandidates {
  return {
    page: (_scope, { limit, after }) =>
      calls.read('scan-rows', async () => {
        const keys = [...table.rows().keys()].sort((a, b) => (mirrored(a) < mirrored(b) ? -1 : 1));
        const rest = after === undefined ? keys : keys.filter((key) => mirrored(key) > after);
        const scanned = rest.slice(0, limit);
        const last = scanned.at(-1);
        return {
          items: scanned.flatMap((key) => {
            const row = table.rows().get(key);
            return row?.status === 'live' ? [{ id: key.slice(-36), version: row.version }] : [];
          }),
          ...(last !== undefined && scanned.length < rest.length && { next: mirrored(last) }),
        };
      }),
  };
}

const mirrored = (text: string): string => [...text].reverse().join('');
