import type { Page } from '../../base/page.ts';
import type { StateKey } from '../../delivery/ports/state-store.ts';

/** Rows that say "live", for the sweep. Throws a ConnectorError of class `retry`. */
export interface SweepCandidates {
  /** Ids in the order of the table, which is none; looks at `limit` items, so a page may be empty and still not the last. */
  page(
    scope: Omit<StateKey, 'id'>,
    query: { limit: number; after?: string },
  ): Promise<Page<{ readonly id: string; readonly version: number }>>;
}
