import type { FailureItem } from '../../lambdas/core/delivery/failure.ts';
import type { FailureStore } from '../../lambdas/core/delivery/ports/failure-store.ts';
import { pageOf } from './page-of.ts';

export interface MemoryFailureStore extends FailureStore {
  readonly failures: ReadonlyMap<string, FailureItem>;
}

/** Failures in memory; passes the same contract suite as the table. */
export function createMemoryFailureStore(): MemoryFailureStore {
  const failures = new Map<string, FailureItem>();
  const partOf = (scope: { handlerId: string; projectKey: string }): string =>
    `${scope.handlerId}#${scope.projectKey}#`;
  const listed = (prefix: string): FailureItem[] =>
    [...failures].filter(([key]) => key.startsWith(prefix)).map(([, item]) => item);

  return {
    failures,

    async add(key, failure) {
      const place = `${partOf(key)}${failure.group}#${key.resourceType}#${key.id}`;
      const known = failures.get(place);
      if (known && known.lastSeen >= failure.lastSeen) return;
      failures.set(place, {
        ...failure,
        ...(known?.kind === 'DELETE' && { kind: 'DELETE' }),
        ...(known?.dataErasure && { dataErasure: true }),
        resourceType: key.resourceType,
        id: key.id,
        firstSeen: known?.firstSeen ?? failure.lastSeen,
        times: (known?.times ?? 0) + 1,
      });
    },

    async resolve(key, group) {
      failures.delete(`${partOf(key)}${group}#${key.resourceType}#${key.id}`);
    },

    async groups(scope) {
      const byGroup = Map.groupBy(listed(partOf(scope)), ({ group }) => group);
      return [...byGroup]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([group, items]) => ({
          group,
          code: items.reduce((latest, item) => (item.lastSeen >= latest.lastSeen ? item : latest)).code,
          count: items.length,
          firstSeen: Math.min(...items.map(({ firstSeen }) => firstSeen)),
          lastSeen: Math.max(...items.map(({ lastSeen }) => lastSeen)),
          exampleId: items.map(({ id }) => id).sort()[0] ?? '',
        }));
    },

    async items(scope, { group, limit, after }) {
      return pageOf(listed(`${partOf(scope)}${group}#`), ({ resourceType, id }) => `${resourceType}#${id}`, {
        limit,
        after,
      });
    },
  };
}
