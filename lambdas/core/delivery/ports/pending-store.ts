import type { Page } from '../../base/page.ts';
import type { StateKey } from './state-store.ts';

/** A change that Prepare mode recorded instead of sending it. */
export interface PendingChange {
  readonly id: string;
  readonly resourceType: string;
  readonly version: number;
  readonly kind: 'UPSERT' | 'DELETE';
  readonly dataErasure?: boolean;
  /** First recorded, milliseconds since the epoch. */
  readonly since: number;
}

/** The changes that Prepare mode recorded, merged into one item per resource. */
export interface PendingStore {
  /** Merges with the stored change as `collapse` does. Called while the resource's group is locked. `recorded`: it is the first. */
  record(
    key: StateKey,
    change: Omit<PendingChange, 'id' | 'resourceType' | 'since'>,
  ): Promise<'recorded' | 'merged'>;
  list(
    scope: Pick<StateKey, 'handlerId' | 'projectKey'>,
    query: { limit: number; after?: string },
  ): Promise<Page<PendingChange>>;
  /** Those that exist among any number of keys, each once. */
  byIds(keys: readonly StateKey[]): Promise<readonly PendingChange[]>;
  /** Deletes the recorded change, unless it includes more than this one: a newer version, a delete, an erasure. */
  clear(key: StateKey, change: Pick<PendingChange, 'version' | 'kind' | 'dataErasure'>): Promise<void>;
  count(scope: Pick<StateKey, 'handlerId' | 'projectKey'>): Promise<number>;
}
