import { allOf } from '../core/base/all-of.ts';
import { chunks } from '../core/base/chunks.ts';
import type { Difference } from '../core/runs/difference.ts';
import type { Looked } from './decide-page.ts';
import type { Feeding } from './ports.ts';
import { readByIds } from './source.ts';

/** Single reads at the source at once. */
const LOOKS_AT_ONCE = 10;
/** Resources of one page of second looks: each is a read of its own. */
const CONFIRMED_AT_ONCE = 100;

/**
 * First look: rows that say "live" whose resource the source does not list and, asked by its id, says does not exist. Not
 * listed alone says nothing: lists lag.
 */
export async function findGone(feeding: Feeding): Promise<Looked> {
  const { ports, run, handler, limit } = feeding;
  const scope = { handlerId: run.handler, projectKey: ports.projectKey, resourceType: handler.resourceType };
  const { after } = run.cursor;
  const page = await ports.candidates.page(scope, { limit, ...(after !== undefined && { after }) });
  const listed = await readByIds(
    feeding,
    page.items.map(({ id }) => id),
  );
  const unlisted = page.items.filter(({ id }) => !listed.has(id));
  const { gone } = await lookFor(feeding, unlisted);
  const found = (run.counts.classes.orphan ?? 0) + gone.length;
  const notBefore = ports.clock() + ports.absentAfterSeconds * 1_000;
  const afterLast = found > 0 ? ({ stage: 'confirm', notBefore } as const) : ({ stage: 'done' } as const);
  return {
    entries: [],
    differences: gone.map(({ id, version }) => ({
      id,
      class: 'orphan',
      writtenVersion: version,
      code: 'MISSED_ONCE',
    })),
    listed: page.items.length,
    classes: { orphan: gone.length },
    next: page.next === undefined ? afterLast : { stage: 'source', after: page.next },
  };
}

/** Second look, long enough after the first: who is missed again is deleted, unless it is a dry run. */
export async function confirmGone(feeding: Feeding): Promise<Looked> {
  const { ports, run, limit } = feeding;
  const { after } = run.cursor;
  const page = await ports.runs.reported(run.id, {
    class: 'orphan',
    limit: Math.min(limit, CONFIRMED_AT_ONCE),
    ...(after !== undefined && { after }),
  });
  const { gone, there } = await lookFor(feeding, page.items);
  const isReal = run.options.dryRun !== true;
  const differences: Difference[] = [
    ...gone.map((one) => ({ ...one, code: 'MISSED_TWICE', ...(isReal && { queued: true }) })),
    ...there.map((one) => ({ ...one, code: 'SHOWN_AGAIN' })),
  ];
  return {
    entries: isReal ? gone.map(({ id }) => ({ id, version: 0, kind: 'DELETE' })) : [],
    differences,
    listed: 0,
    ...(there.length > 0 && { classes: { orphan: -there.length, 'in-sync': there.length } }),
    next: page.next === undefined ? { stage: 'done' } : { stage: 'confirm', after: page.next },
  };
}

async function lookFor<T extends { readonly id: string }>(
  { ports, handler }: Feeding,
  those: readonly T[],
): Promise<{ gone: T[]; there: T[] }> {
  const gone: T[] = [];
  const there: T[] = [];
  for (const some of chunks(those, LOOKS_AT_ONCE)) {
    const looks = some.map(({ id }) => ports.lister.isThere({ resourceType: handler.resourceType, id }));
    for (const [index, isThere] of (await allOf(looks)).entries()) {
      const one = some[index];
      if (one) (isThere ? there : gone).push(one);
    }
  }
  return { gone, there };
}
