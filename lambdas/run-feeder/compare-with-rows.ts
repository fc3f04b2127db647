import type { Difference, DifferenceClass } from '../core/runs/difference.ts';
import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import { classByRow, countClasses, markRecent } from '../core/runs/run-classes.ts';
import { readRows } from '../runtime/resource/resource-row.ts';
import type { Looked } from './decide-page.ts';
import { byId, upsertOf } from './list-source.ts';
import type { Feeding } from './ports.ts';
import { listPage } from './source.ts';

const behind: readonly DifferenceClass[] = ['source-ahead', 'missing'];

/** incremental: what changed at the source and is newer than its row. */
export async function listChanged(feeding: Feeding): Promise<Looked> {
  const { looked, found } = await look(feeding);
  const changed = new Set(found.filter((one) => behind.includes(one.class)).map(({ id }) => id));
  return { ...looked, entries: looked.entries.filter(({ id }) => changed.has(id)) };
}

/** reconcile by versions: reports what its row lacks, and queues the classes that are to be repaired. */
export async function compareWithRows(feeding: Feeding): Promise<Looked> {
  const { looked, found } = await look(feeding);
  return withRepairs(feeding, looked, found);
}

/** Reports everything that is not in sync; of it, queues what the run may repair. */
export function withRepairs(
  { ports, run: { options } }: Feeding,
  looked: Looked,
  all: readonly Difference[],
): Looked {
  const since = ports.clock() - ports.runSettings.recentSeconds * 1_000;
  const found = markRecent(all, (id) => modifiedAt(looked.bodies?.get(id)), since);
  const repair: readonly DifferenceClass[] = options.repair ?? [];
  const queued = new Set(found.filter((one) => repair.includes(one.class)).map(({ id }) => id));
  return {
    ...looked,
    entries: looked.entries.filter(({ id }) => queued.has(id)),
    differences: found
      .filter((one) => one.class !== 'in-sync')
      .map((one) => (queued.has(one.id) ? { ...one, queued: true } : one)),
    classes: countClasses(found),
  };
}

async function look(feeding: Feeding): Promise<{ looked: Looked; found: Difference[] }> {
  const { resources, ...rest } = await listPage(feeding);
  const { ports, run, handler } = feeding;
  const rows = await readRows(
    { ...ports, handlerId: run.handler },
    handler.resourceType,
    new Set(resources.map(({ id }) => id)),
  );
  const looked: Looked = {
    ...rest,
    entries: resources.map(upsertOf),
    differences: [],
    listed: resources.length,
    bodies: byId(resources),
  };
  return { looked, found: resources.map((one) => classByRow(one, rows.get(one.id))) };
}

function modifiedAt(listed: Listed | undefined): number | undefined {
  const body = listed?.body;
  if (typeof body !== 'object' || body === null || !('lastModifiedAt' in body)) return undefined;
  const time = Date.parse(String(body.lastModifiedAt));
  return Number.isFinite(time) ? time : undefined;
}
