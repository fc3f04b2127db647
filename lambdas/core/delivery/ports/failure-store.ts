import type { Page } from '../../base/page.ts';
import type { FailureGroup, FailureItem } from '../failure.ts';
import type { StateKey } from './state-store.ts';

/** Failures as items of their own. Every method throws a ConnectorError of class `retry`; every write may be repeated. */
export interface FailureStore {
  /** Adds it, or raises `lastSeen`, `version` and `times` of the one that is there. A delete or an erasure stays one until it is resolved. */
  add(
    key: StateKey,
    failure: Omit<FailureItem, 'firstSeen' | 'times' | 'resourceType' | 'id'>,
  ): Promise<void>;
  /** The resource is well again, or erased. Nothing happens if there is none. */
  resolve(key: StateKey, group: string): Promise<void>;
  groups(scope: Pick<StateKey, 'handlerId' | 'projectKey'>): Promise<readonly FailureGroup[]>;
  items(
    scope: Pick<StateKey, 'handlerId' | 'projectKey'>,
    query: { group: string; limit: number; after?: string },
  ): Promise<Page<FailureItem>>;
}
