/** The list of failed resources that operators work through, grouped by cause. */
import { failureGroup } from '../../core/delivery/failure.ts';
import type { Failed } from '../../core/delivery/ports/state-store.ts';
import type { WorkItem } from './work-item.ts';

/** A new failure of the resource together with the failed changes before it: a failed delete or erasure stays owed. */
export function mergedFailure({ row, group }: WorkItem): Omit<Failed, 'code' | 'field'> {
  const { version, kind, dataErasure } = group.work.event;
  const before = row?.failure;
  const isErasure = dataErasure === true || before?.wants === 'erasure';
  const wants = isErasure ? 'erasure' : kind === 'DELETE' ? 'delete' : before?.wants;
  return { version: Math.max(version, before?.version ?? 0), ...(wants && { wants }) };
}

export function listFailure({ ports, key, group }: WorkItem, failed: Failed): Promise<void> {
  const { code, version, wants } = failed;
  return ports.failures.add(key, {
    group: groupOf(failed),
    code,
    version,
    kind: wants ? 'DELETE' : 'UPSERT',
    traceId: group.work.event.traceId,
    lastSeen: ports.clock(),
    ...(wants === 'erasure' && { dataErasure: true }),
  });
}

/** The resource is synced or deleted. Called before the commit, which forgets what has to be resolved. */
export async function resolveFailure({ ports, key, row }: WorkItem): Promise<void> {
  if (row?.failure) await ports.failures.resolve(key, groupOf(row.failure));
}

/**
 * Lists the stored failure again if this result leaves it open. An earlier try of the message may have resolved it for a new
 * cause and crashed before it stored that cause.
 */
export async function listAgain(item: WorkItem): Promise<void> {
  const { row, group } = item;
  if (row?.failure && group.work.receives > 1) await listFailure(item, row.failure);
}

export function groupOf({ code, field }: Pick<Failed, 'code' | 'field'>): string {
  return failureGroup(code, field);
}
