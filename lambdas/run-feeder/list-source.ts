import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import type { PlannedEntry } from '../core/runs/run.ts';
import type { PageDecision } from './page-decision.ts';
import type { Feeding } from './ports.ts';
import { listPage, readByIds } from './source-pages.ts';

/** Queues every resource of the next page. Mode full; also the start of every comparison. */
export async function listEverything(
  feeding: Feeding,
  afterLast?: PageDecision['next'],
): Promise<PageDecision & { readonly bodies: ReadonlyMap<string, Listed> }> {
  const { resources, ...rest } = await listPage(feeding, afterLast);
  return {
    ...rest,
    entries: resources.map(upsertOf),
    differences: [],
    listed: resources.length,
    bodies: new Map(resources.map((one) => [one.id, one])),
  };
}

/** Mode ids: queues the named resources that exist and reports the others as NOT_AT_SOURCE. */
export async function listNamed(feeding: Feeding): Promise<PageDecision> {
  const all = [...new Set(feeding.run.options.ids ?? [])];
  // The cursor is a position in the list: these ids are not sorted.
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

function upsertOf({ id, version }: Listed): PlannedEntry {
  return { id, version, kind: 'UPSERT' };
}
