import { failureGroup } from '../../core/delivery/failure.ts';
import type { Failed, StateRow } from '../../core/delivery/ports/state-store.ts';
import type { ResourceEvent } from '../../core/delivery/resource-event.ts';
import type { Item, ResourcePorts } from './resource-batch.ts';

/** What a new failure is, with all that was set aside before: an upsert that fails takes nothing back of a delete or an erasure. */
export function failedNow(
  row: StateRow | undefined,
  { version, kind, dataErasure }: Pick<ResourceEvent, 'version' | 'kind' | 'dataErasure'>,
): Omit<Failed, 'code' | 'field'> {
  const before = row?.failure;
  const wants =
    dataErasure === true || before?.wants === 'erasure'
      ? 'erasure'
      : kind === 'DELETE'
        ? 'delete'
        : before?.wants;
  return { version: Math.max(version, before?.version ?? 0), ...(wants && { wants }) };
}

/** The item that lists it by its cause. */
export function listFailure(
  ports: ResourcePorts,
  { key, group }: Item<unknown>,
  { code, field, version, wants }: Failed,
): Promise<void> {
  return ports.failures.add(key, {
    group: failureGroup(code, field),
    code,
    version,
    kind: wants ? 'DELETE' : 'UPSERT',
    traceId: group.work.event.traceId,
    lastSeen: ports.clock(),
    ...(wants === 'erasure' && { dataErasure: true }),
  });
}

/**
 * The resource is well again, or gone. Before the commit that forgets the failure: a crash between the two brings the message
 * back, and the row still says what has to be resolved.
 */
export async function resolveFailure(ports: ResourcePorts, { key, row }: Item<unknown>): Promise<void> {
  if (row?.failure) await ports.failures.resolve(key, groupOf(row.failure));
}

/**
 * A failure that this end does not make good. An earlier try of the message may have taken it off the list, for another cause that
 * it then did not note in the row.
 */
export async function listAgain(ports: ResourcePorts, item: Item<unknown>): Promise<void> {
  const { row, group } = item;
  if (row?.failure && group.work.receives > 1) await listFailure(ports, item, row.failure);
}

export function groupOf({ code, field }: Pick<Failed, 'code' | 'field'>): string {
  return failureGroup(code, field);
}
