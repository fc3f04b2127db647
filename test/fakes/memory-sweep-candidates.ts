import type { SweepCandidates } from '../../lambdas/core/runs/ports/sweep-candidates.ts';
import type { MemoryStateStore } from './memory-state-store.ts';

/** Live rows of a state store in memory. */
export function createMemorySweepCandidates(store: Pick<MemoryStateStore, 'rows'>): SweepCandidates {
  return {
    async page(scope, { limit, after }) {
      const prefix = `${scope.handlerId}#${scope.projectKey}#${scope.resourceType}#`;
      const keys = [...store.rows().keys()].sort().filter((key) => after === undefined || key > after);
      const scanned = keys.slice(0, limit);
      const items = scanned.flatMap((key) => {
        const row = store.rows().get(key);
        const isOurs = key.startsWith(prefix) && row?.status === 'live';
        return isOurs ? [{ id: key.slice(prefix.length), version: row.version }] : [];
      });
      const last = scanned.at(-1);
      return { items, ...(keys.length > limit && last !== undefined && { next: last }) };
    },
  };
}
