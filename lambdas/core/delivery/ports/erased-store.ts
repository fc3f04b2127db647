import type { StateKey } from './state-store.ts';

/** A resource that was erased: for as long as queues may hold a copy of it, dead-letter queues are looked through for it. */
export interface Erased {
  readonly resourceType: string;
  readonly id: string;
  /** Were the dead-letter queues looked through since? */
  readonly isLookedFor: boolean;
}

/** Throws a ConnectorError of class `retry`. */
export interface ErasedStore {
  /** Before the erasure is committed. Added again, it is to be looked for again. */
  add(key: StateKey): Promise<void>;
  /** All that are not over, in the order of their ids. */
  list(scope: Pick<StateKey, 'handlerId' | 'projectKey'>): Promise<readonly Erased[]>;
  noteLookedFor(key: StateKey): Promise<void>;
}
