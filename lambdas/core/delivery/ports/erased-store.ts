import type { StateKey } from './state-store.ts';

/** An erased resource. Dead-letter queues are searched for copies of it as long as a queue may hold one. */
export interface Erased {
  readonly resourceType: string;
  readonly id: string;
  /** Were the dead-letter queues searched since? */
  readonly isSearched: boolean;
}

/** Throws a ConnectorError of class `retry`. */
export interface ErasedStore {
  /** Called before the erasure is committed. Adding it again starts a new search. */
  add(key: StateKey): Promise<void>;
  /** All whose time is not over, ordered by id. */
  list(scope: Pick<StateKey, 'handlerId' | 'projectKey'>): Promise<readonly Erased[]>;
  noteSearched(key: StateKey): Promise<void>;
}
