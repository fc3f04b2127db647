import { ConnectorError } from '../../core/base/errors.ts';
import type { Outcome } from '../../core/base/outcome.ts';
import type { RecentOutcome, StateRow, StateStore } from '../../core/delivery/ports/state-store.ts';
import { withRecent } from '../../core/delivery/recent-outcome.ts';
import type { Item, ResourcePorts } from './resource-batch.ts';
import type { KnownRow } from './resource-definition.ts';

/** What the row tells a handler. `isFirstReceive`: no earlier try of this work may have written, and it is not forced. */
export function knownRow(row: StateRow | undefined, isFirstReceive: boolean): KnownRow {
  return {
    isConfirmed: (row?.version ?? 0) > 0,
    isExact: row?.hash !== undefined && isFirstReceive,
    ...(row?.isLinked && { isLinked: true }),
    ...(row?.ref !== undefined && { ref: row.ref }),
    ...(row?.customs && { customs: row.customs }),
  };
}

/** The row's memory of ends with this one: goes with a write that happens anyway. */
export function recentWith(
  ports: ResourcePorts,
  { row }: Item<unknown>,
  end: { outcome: Outcome; reason: string; version: number },
): readonly RecentOutcome[] {
  return withRecent(row?.recent, { at: Math.floor(ports.clock() / 1_000), ...end });
}

/** Rows by resource id. A key that cannot be read is no absent row: it throws. */
export async function readRows(
  {
    store,
    handlerId,
    projectKey,
  }: Pick<ResourcePorts, 'handlerId' | 'projectKey'> & {
    readonly store: Pick<StateStore, 'read'>;
  },
  resourceType: string,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, StateRow | undefined>> {
  if (ids.size === 0) return new Map();
  const rows = await store.read([...ids].map((id) => ({ handlerId, projectKey, resourceType, id })));
  if ([...ids].every((id) => rows.has(id))) return rows;
  throw new ConnectorError(
    { failureClass: 'retry', code: 'STATE_UNREAD_KEY' },
    'The state table did not give every row.',
  );
}
