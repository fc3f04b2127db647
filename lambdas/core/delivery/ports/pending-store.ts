import type { Page } from '../../base/page.ts';
import type { StateKey } from './state-store.ts';

/** A change that was recorded and not sent, because the handler is in Prepare mode. */
export interface PendingChange {
  readonly id: string;
  readonly resourceType: string;
  readonly version: number;
  readonly kind: 'UPSERT' | 'DELETE';
  readonly dataErasure?: boolean;
  /** First recorded, milliseconds since the epoch. */
  readonly since: number;
}

/** What Prepare mode recorded: one item per resource, all its changes as one. */
export interface PendingStore {
  /** Merges with what is there as `collapse` does. Called under the resource's group lock. `recorded`: nothing was there. */
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
  /** Forgets it, unless something was recorded that this change does not cover: a newer version, a delete, an erasure. */
  clear(key: StateKey, change: Pick<PendingChange, 'version' | 'kind' | 'dataErasure'>): Promise<void>;
  count(scope: Pick<StateKey, 'handlerId' | 'projectKey'>): Promise<number>;
}
