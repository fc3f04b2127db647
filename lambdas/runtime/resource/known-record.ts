import { ConnectorError } from '../../core/base/errors.ts';
import type { Outcome } from '../../core/base/outcome.ts';
import type { RecentOutcome, StateRow } from '../../core/delivery/ports/state-store.ts';
import { withRecent } from '../../core/delivery/recent-outcome.ts';
import type { Known, KnownRecord } from './resource-definition.ts';
import type { ResourcePorts } from './resource-ports.ts';
import type { WorkItem } from './work-item.ts';

/** The sync record as a handler sees it. `isTrusted`: no earlier try may have written, and the write is not forced. */
export function knownRecord(id: string, row: StateRow | undefined, isTrusted: boolean): KnownRecord {
  return {
    id,
    isConfirmed: (row?.version ?? 0) > 0,
    isExact: row?.hash !== undefined && isTrusted,
    ...(row?.isLinked && { isLinked: true }),
    ...(row?.ref !== undefined && { ref: row.ref }),
    ...(row?.customs && { customs: row.customs }),
  };
}

export function knownOf({ ports, row, key, group }: WorkItem): Known {
  const isTrusted = group.work.receives === 1 && group.work.event.force !== true;
  return { ...knownRecord(key.id, row, isTrusted), reserve: (ref) => ports.store.reserveRef(key, ref) };
}

/** The latest outcomes with this one, to be stored by a write that happens anyway. */
export function recentOutcomes(
  { ports, row }: WorkItem,
  latest: { readonly outcome: Outcome; readonly reason: string; readonly version: number },
): readonly RecentOutcome[] {
  return withRecent(row?.recent, { at: Math.floor(ports.clock() / 1_000), ...latest });
}

/** Sync records by resource id. Throws if one could not be read: an unread key is not a missing record. */
export async function readRows(
  {
    store,
    handlerId,
    projectKey,
  }: Pick<ResourcePorts, 'handlerId' | 'projectKey'> & {
    readonly store: Pick<ResourcePorts['store'], 'read'>;
  },
  resourceType: string,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, StateRow | undefined>> {
  if (ids.size === 0) return new Map();
  const rows = await store.read([...ids].map((id) => ({ handlerId, projectKey, resourceType, id })));
  if ([...ids].every((id) => rows.has(id))) return rows;
  throw unreadKey();
}

export function unreadKey(): ConnectorError {
  return new ConnectorError(
    { failureClass: 'retry', code: 'STATE_UNREAD_KEY' },
    'The state table did not return every sync record.',
  );
}
