import type { Difference, DifferenceClass } from '../core/runs/difference.ts';
import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import { classByRow, countClasses, markRecent } from '../core/runs/run-classes.ts';
import { readRows } from '../runtime/resource/known-record.ts';
import { listEverything } from './list-source.ts';
import type { PageDecision } from './page-decision.ts';
import type { Feeding } from './ports.ts';

const behind: readonly DifferenceClass[] = ['source-ahead', 'missing'];

/** Mode incremental: queues the listed resources that are newer than their sync record. */
export async function listChanged(feeding: Feeding): Promise<PageDecision> {
  const { listed, found } = await compare(feeding);
  const changed = new Set(found.filter((one) => behind.includes(one.class)).map(({ id }) => id));
  return { ...listed, entries: listed.entries.filter(({ id }) => changed.has(id)) };
}

/** Mode reconcile by versions: compares with the sync records, without a call to the OMS. */
export async function compareVersions(feeding: Feeding): Promise<PageDecision> {
  const { listed, found } = await compare(feeding);
  return withRepairs(feeding, listed, found);
}

/** Reports everything that is not in sync, and queues the classes that the run repairs. */
export function withRepairs(
  { ports, run: { options } }: Feeding,
  listed: PageDecision,
  all: readonly Difference[],
): PageDecision {
  const since = ports.clock() - ports.runSettings.recentSeconds * 1_000;
  const found = markRecent(all, (id) => modifiedAt(listed.bodies?.get(id)), since);
  const repair: readonly DifferenceClass[] = options.repair ?? [];
  const queued = new Set(found.filter((one) => repair.includes(one.class)).map(({ id }) => id));
  return {
    ...listed,
    entries: listed.entries.filter(({ id }) => queued.has(id)),
    differences: found
      .filter((one) => one.class !== 'in-sync')
      .map((one) => (queued.has(one.id) ? { ...one, queued: true } : one)),
    classes: countClasses(found),
  };
}

async function compare(feeding: Feeding): Promise<{ listed: PageDecision; found: Difference[] }> {
  const listed = await listEverything(feeding);
  const { ports, run, handler } = feeding;
  const records = { store: ports.store, projectKey: ports.projectKey, handlerId: run.handler };
  const rows = await readRows(records, handler.resourceType, new Set(listed.bodies.keys()));
  return { listed, found: [...listed.bodies.values()].map((one) => classByRow(one, rows.get(one.id))) };
}

function modifiedAt(listed: Listed | undefined): number | undefined {
  const body = listed?.body;
  if (typeof body !== 'object' || body === null || !('lastModifiedAt' in body)) return undefined;
  const time = Date.parse(String(body.lastModifiedAt));
  return Number.isFinite(time) ? time : undefined;
}
