import { allOf } from '../core/base/all-of.ts';
import { chunks } from '../core/base/chunks.ts';
import { ConnectorError } from '../core/base/errors.ts';
import { resourceId } from '../core/delivery/notification.ts';
import type { Difference } from '../core/runs/difference.ts';
import { type InspectedResource, MAX_INSPECTED } from '../core/runs/handler-request.ts';
import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import { countClasses } from '../core/runs/run-classes.ts';
import { withRepairs } from './compare-with-rows.ts';
import type { Looked } from './decide-page.ts';
import { byId, upsertOf } from './list-source.ts';
import { isTooLarge } from './message-bodies.ts';
import type { Feeding } from './ports.ts';
import { listPage, readByIds } from './source.ts';

/** Each resource costs a look into the OMS, so a page is what two requests take. */
const MOST_COMPARED = 2 * MAX_INSPECTED;

/** reconcile with the OMS: the handler compares, field by field and on three sides. */
export async function compareWithOms(feeding: Feeding): Promise<Looked> {
  const { window } = feeding.run;
  // Who is in the OMS alone can be told only by a pass over everything.
  const afterLast = window ? ({ stage: 'done' } as const) : ({ stage: 'oms' } as const);
  const limit = Math.min(feeding.limit, MOST_COMPARED);
  const { resources, ...rest } = await listPage({ ...feeding, limit }, afterLast);
  const looked: Looked = {
    ...rest,
    entries: resources.map(upsertOf),
    differences: [],
    listed: resources.length,
    bodies: byId(resources),
  };
  const found = await allOf(chunks(resources, MAX_INSPECTED).map((some) => inspect(feeding, some)));
  return withRepairs(feeding, looked, found.flat());
}

async function inspect({ ports, run }: Feeding, some: readonly Listed[]): Promise<Difference[]> {
  const { resources } = await ports.handlerFunctions.ask(run.handler, {
    request: 'inspect',
    values: 'none',
    resources: some.map(({ id, body }) => ({ id, ...(!isTooLarge(body) && { body }) })),
  });
  const answers = new Map(resources.map((one) => [one.id, one]));
  return some.map((source) => toDifference(source, answers.get(source.id)));
}

function toDifference({ id, version }: Listed, seen: InspectedResource | undefined): Difference {
  if (!seen) return { id, class: 'failed', sourceVersion: version, code: 'NOT_INSPECTED' };
  return {
    id,
    class: classOf(seen),
    sourceVersion: seen.sourceVersion ?? version,
    ...(seen.writtenVersion !== undefined && { writtenVersion: seen.writtenVersion }),
    ...(seen.fields.length > 0 && {
      fields: seen.fields.map(({ field, changed }) => ({ field, changed })),
    }),
    ...(seen.code !== undefined && { code: seen.code }),
  };
}

/** `deleted`: its row is final; skipped: an operator took it out. Nothing is to be done. `unknown`: nobody could say, so it stays in the report. */
function classOf({ class: seen, isSkipped }: InspectedResource): Difference['class'] {
  if (seen === 'deleted' || isSkipped === true) return 'in-sync';
  return seen === 'unknown' ? 'failed' : seen;
}

/** Then the other way round: what the OMS holds with our mark and the source does not have. Reported, never touched. */
export async function findOrphans(feeding: Feeding): Promise<Looked> {
  const { ports, run } = feeding;
  const { after } = run.cursor;
  const { records, next } = await ports.handlerFunctions.ask(run.handler, {
    request: 'list-oms',
    ...(after !== undefined && { after }),
  });
  if (next !== undefined && next === after) {
    throw new ConnectorError(
      { failureClass: 'permanent', code: 'OMS_LIST_STUCK' },
      'The handler answered the same page of the OMS again: the run would never end.',
    );
  }
  // A mark that is no id was made by hand: nothing at the source can have it.
  const ids = records.map(({ id }) => id).filter((id) => resourceId.safeParse(id).success);
  const there = await readByIds(feeding, [...new Set(ids)]);
  const orphans = records
    .filter(({ id }) => !there.has(id))
    .map(({ id, ref }): Difference => {
      const isId = resourceId.safeParse(id).success;
      return {
        id: isId ? id : 'no-id',
        class: 'orphan',
        ...(ref !== undefined && isId && { ref }),
      };
    });
  return {
    entries: [],
    differences: orphans,
    listed: 0,
    classes: countClasses(orphans),
    next: next === undefined ? { stage: 'done' } : { stage: 'oms', after: next },
  };
}
