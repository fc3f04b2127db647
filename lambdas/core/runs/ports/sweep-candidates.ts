import type { Page } from '../../base/page.ts';
import type { StateKey } from '../../delivery/ports/state-store.ts';

/** Live sync records, for the sweep. Throws a ConnectorError of class `retry`. */
export interface SweepCandidates {
  /** In no particular order. Reads `limit` items of the table, so a page may be empty although more follow. */
  page(
    scope: Omit<StateKey, 'id'>,
    query: { limit: number; after?: string },
  ): Promise<Page<{ readonly id: string; readonly version: number }>>;
}
