import type { Clock } from '../../lambdas/core/base/ports/clock.ts';
import { copiesLastSeconds } from '../../lambdas/core/delivery/dead-letter.ts';
import type { Erased, ErasedStore } from '../../lambdas/core/delivery/ports/erased-store.ts';
import type { StateKey } from '../../lambdas/core/delivery/ports/state-store.ts';

/** Erased resources in memory; passes the same contract suite as the table. */
export function createMemoryErasedStore(clock: Clock): ErasedStore {
  const kept = new Map<string, Erased & { readonly until: number }>();
  const partOf = ({ handlerId, projectKey }: Pick<StateKey, 'handlerId' | 'projectKey'>): string =>
    `${handlerId}#${projectKey}#`;
  const placeOf = (key: StateKey): string => `${partOf(key)}${key.resourceType}#${key.id}`;
  return {
    async add(key) {
      const { resourceType, id } = key;
      const until = clock() + copiesLastSeconds * 1_000;
      kept.set(placeOf(key), { resourceType, id, isSearched: false, until });
    },

    async list(scope) {
      return [...kept]
        .filter(([place, { until }]) => place.startsWith(partOf(scope)) && until > clock())
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { until: _until, ...erased }]) => erased);
    },

    async noteSearched(key) {
      const erased = kept.get(placeOf(key));
      if (erased) kept.set(placeOf(key), { ...erased, isSearched: true });
    },
  };
}
