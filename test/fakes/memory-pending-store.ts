import type { Clock } from '../../lambdas/core/base/ports/clock.ts';
import { covers, mergeChanges } from '../../lambdas/core/delivery/pending-change.ts';
import type { PendingChange, PendingStore } from '../../lambdas/core/delivery/ports/pending-store.ts';
import type { StateKey } from '../../lambdas/core/delivery/ports/state-store.ts';
import { pageOf } from './page-of.ts';

export interface MemoryPendingStore extends PendingStore {
  readonly changes: ReadonlyMap<string, PendingChange>;
}

/** Changes recorded in Prepare mode, in memory; passes the same contract suite as the table. */
export function createMemoryPendingStore(clock: Clock): MemoryPendingStore {
  const changes = new Map<string, PendingChange>();
  const scopeOf = ({ handlerId, projectKey }: Pick<StateKey, 'handlerId' | 'projectKey'>): string =>
    `${handlerId}#${projectKey}#`;
  const keyOf = (key: StateKey): string => `${scopeOf(key)}${key.resourceType}#${key.id}`;
  const listed = (scope: Pick<StateKey, 'handlerId' | 'projectKey'>): PendingChange[] =>
    [...changes].filter(([key]) => key.startsWith(scopeOf(scope))).map(([, change]) => change);

  return {
    changes,

    async record(key, change) {
      const { resourceType, id } = key;
      const known = changes.get(keyOf(key));
      const next = known ? mergeChanges(known, change) : { ...change, since: clock() };
      changes.set(keyOf(key), { resourceType, id, ...next });
      return known ? 'merged' : 'recorded';
    },

    list: async (scope, query) =>
      pageOf(listed(scope), ({ resourceType, id }) => `${resourceType}#${id}`, query),

    byIds: async (keys) => [...new Set(keys.map(keyOf))].flatMap((key) => changes.get(key) ?? []),

    async clear(key, change) {
      const known = changes.get(keyOf(key));
      if (known && covers(change, known)) changes.delete(keyOf(key));
    },

    count: async (scope) => listed(scope).length,
  };
}
