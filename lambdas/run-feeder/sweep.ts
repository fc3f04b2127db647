import { allOf } from '../core/base/all-of.ts';
import { chunks } from '../core/base/chunks.ts';
import type { Difference } from '../core/runs/difference.ts';
import type { PageDecision } from './page-decision.ts';
import type { Feeding } from './ports.ts';
import { readByIds } from './source-pages.ts';

/** Reads by id that run in parallel. */
const PARALLEL_READS = 10;
/** Largest page of the second check: each resource costs one read. */
const CONFIRM_PAGE_SIZE = 100;

/**
 * First check: finds live sync records whose resource is not listed and is not found by its id either. A missing list entry alone
 * proves nothing, because lists lag.
 */
export async function findGone(feeding: Feeding): Promise<PageDecision> {
  const { ports, run, handler, limit } = feeding;
  const scope = { handlerId: run.handler, projectKey: ports.projectKey, resourceType: handler.resourceType };
  const { after } = run.cursor;
  const page = await ports.candidates.page(scope, { limit, ...(after !== undefined && { after }) });
  const listed = await readByIds(
    feeding,
    page.items.map(({ id }) => id),
  );
  const unlisted = page.items.filter(({ id }) => !listed.has(id));
  const { gone } = await checkExistence(feeding, unlisted);
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

/** Second check, `absentAfterSeconds` later: deletes what is still missing, unless the run is a dry run. */
export async function confirmGone(feeding: Feeding): Promise<PageDecision> {
  const { ports, run, limit } = feeding;
  const { after } = run.cursor;
  const page = await ports.runs.reported(run.id, {
    class: 'orphan',
    limit: Math.min(limit, CONFIRM_PAGE_SIZE),
    ...(after !== undefined && { after }),
  });
  const { gone, existing } = await checkExistence(feeding, page.items);
  const deletes = run.options.dryRun !== true;
  const differences: Difference[] = [
    ...gone.map((one) => ({ ...one, code: 'MISSED_TWICE', ...(deletes && { queued: true }) })),
    ...existing.map((one) => ({ ...one, code: 'SHOWN_AGAIN' })),
  ];
  return {
    entries: deletes ? gone.map(({ id }) => ({ id, version: 0, kind: 'DELETE' })) : [],
    differences,
    listed: 0,
    ...(existing.length > 0 && { classes: { orphan: -existing.length, 'in-sync': existing.length } }),
    next: page.next === undefined ? { stage: 'done' } : { stage: 'confirm', after: page.next },
  };
}

async function checkExistence<T extends { readonly id: string }>(
  { ports, handler: { resourceType } }: Feeding,
  candidates: readonly T[],
): Promise<{ gone: T[]; existing: T[] }> {
  const gone: T[] = [];
  const existing: T[] = [];
  for (const chunk of chunks(candidates, PARALLEL_READS)) {
    const answers = await allOf(chunk.map(({ id }) => ports.lister.exists({ resourceType, id })));
    for (const [index, one] of chunk.entries()) (answers[index] === false ? gone : existing).push(one);
  }
  return { gone, existing };
}
