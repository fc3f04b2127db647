import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import type { PlannedEntry } from '../core/runs/run.ts';
import type { Looked } from './decide-page.ts';
import type { Feeding } from './ports.ts';
import { listPage, readByIds } from './source.ts';

/** full: everything that the source lists. */
export async function listEverything(feeding: Feeding): Promise<Looked> {
  const { resources, ...rest } = await listPage(feeding);
  return {
    ...rest,
    entries: resources.map(upsertOf),
    differences: [],
    listed: resources.length,
    bodies: byId(resources),
  };
}

/** ids: the named ones that exist; the others are told, and nobody is asked to look for them. */
export async function listNamed(feeding: Feeding): Promise<Looked> {
  const all = [...new Set(feeding.run.options.ids ?? [])];
  // Kept as a number of ids: the list itself has any order.
  const start = Number(feeding.run.cursor.after ?? 0);
  const ids = all.slice(start, start + feeding.limit);
  const found = await readByIds(feeding, ids);
  const absent = ids.filter((id) => !found.has(id));
  const end = start + ids.length;
  return {
    entries: ids.flatMap((id) => found.get(id) ?? []).map(upsertOf),
    differences: absent.map((id) => ({ id, class: 'failed', code: 'NOT_AT_SOURCE' })),
    listed: ids.length,
    expected: all.length,
    bodies: found,
    next: end < all.length ? { stage: 'source', after: String(end) } : { stage: 'done' },
    ...(absent.length > 0 && { classes: { failed: absent.length } }),
  };
}

export function upsertOf({ id, version }: Pick<Listed, 'id' | 'version'>): PlannedEntry {
  return { id, version, kind: 'UPSERT' };
}

export function byId(resources: readonly Listed[]): ReadonlyMap<string, Listed> {
  return new Map(resources.map((one) => [one.id, one]));
}
