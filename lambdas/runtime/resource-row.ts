import { ConnectorError } from '../core/errors.ts';
import { failureGroup } from '../core/failure.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Failed, RecentOutcome, StateRow, StateStore } from '../core/ports/state-store.ts';
import { withRecent } from '../core/recent-outcome.ts';
import type { ResourceEvent } from '../core/resource-event.ts';
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

/** What a new failure is, with all that was set aside before: an upsert that fails takes nothing back of a delete or an erasure. */
export function failedNow(
  row: StateRow | undefined,
  { version, kind, dataErasure }: Pick<ResourceEvent, 'version' | 'kind' | 'dataErasure'>,
): Omit<Failed, 'code'> {
  const before = row?.failure;
  const wants =
    dataErasure === true || before?.wants === 'erasure'
      ? 'erasure'
      : kind === 'DELETE'
        ? 'delete'
        : before?.wants;
  return { version: Math.max(version, before?.version ?? 0), ...(wants && { wants }) };
}

/**
 * The resource is well again, or gone. Before the commit that forgets the failure: a crash between the two brings the message
 * back, and the row still says what has to be resolved.
 */
export async function resolveFailure(ports: ResourcePorts, { key, row }: Item<unknown>): Promise<void> {
  if (row?.failure) await ports.failures.resolve(key, failureGroup(row.failure.code));
}
