import type { Page } from '../../base/page.ts';
import type { FailureGroup, FailureItem } from '../failure.ts';
import type { StateKey } from './state-store.ts';

/** The list of failed resources. Every method throws a ConnectorError of class `retry`; every write may be repeated. */
export interface FailureStore {
  /** Adds a failure, or raises `lastSeen`, `version` and `times` of the existing one. A delete or an erasure stays one until it is resolved. */
  add(
    key: StateKey,
    failure: Omit<FailureItem, 'firstSeen' | 'times' | 'resourceType' | 'id'>,
  ): Promise<void>;
  /** The resource has recovered or was deleted. Does nothing if there is no failure. */
  resolve(key: StateKey, group: string): Promise<void>;
  groups(scope: Pick<StateKey, 'handlerId' | 'projectKey'>): Promise<readonly FailureGroup[]>;
  items(
    scope: Pick<StateKey, 'handlerId' | 'projectKey'>,
    query: { group: string; limit: number; after?: string },
  ): Promise<Page<FailureItem>>;
}
