import { allOf } from '../core/base/all-of.ts';
import { chunks } from '../core/base/chunks.ts';
import { ConnectorError } from '../core/base/errors.ts';
import { resourceId } from '../core/delivery/notification.ts';
import type { Difference } from '../core/runs/difference.ts';
import { type InspectedResource, MAX_INSPECTED } from '../core/runs/handler-request.ts';
import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import { countClasses } from '../core/runs/run-classes.ts';
import { withRepairs } from './compare-versions.ts';
import { listEverything } from './list-source.ts';
import { isTooLarge } from './message-bodies.ts';
import type { PageDecision } from './page-decision.ts';
import type { Feeding } from './ports.ts';
import { readByIds } from './source-pages.ts';

/** Largest page of a comparison: each resource costs an OMS lookup, so a page is two requests to the handler. */
const MAX_COMPARED = 2 * MAX_INSPECTED;

/** Mode reconcile with the OMS: the handler compares source, last write and OMS field by field. */
export async function compareWithOms(feeding: Feeding): Promise<PageDecision> {
  const limit = Math.min(feeding.limit, MAX_COMPARED);
  // Orphans can be found only when the run lists every resource.
  const afterLast = feeding.run.window ? ({ stage: 'done' } as const) : ({ stage: 'oms' } as const);
  const listed = await listEverything({ ...feeding, limit }, afterLast);
  const requests = chunks([...listed.bodies.values()], MAX_INSPECTED);
  const found = await allOf(requests.map((resources) => inspect(feeding, resources)));
  return withRepairs(feeding, listed, found.flat());
}

async function inspect({ ports, run }: Feeding, listed: readonly Listed[]): Promise<Difference[]> {
  const { resources } = await ports.handlerFunctions.ask(run.handler, {
    request: 'inspect',
    values: 'none',
    resources: listed.map(({ id, body }) => ({ id, ...(!isTooLarge(body) && { body }) })),
  });
  const answers = new Map(resources.map((one) => [one.id, one]));
  return listed.map((source) => toDifference(source, answers.get(source.id)));
}

function toDifference({ id, version }: Listed, inspected: InspectedResource | undefined): Difference {
  if (!inspected) return { id, class: 'failed', sourceVersion: version, code: 'NOT_INSPECTED' };
  const { sourceVersion = version, writtenVersion, fields, code } = inspected;
  return {
    id,
    class: classOf(inspected),
    sourceVersion,
    ...(writtenVersion !== undefined && { writtenVersion }),
    ...(fields.length > 0 && { fields: fields.map(({ field, changed }) => ({ field, changed })) }),
    ...(code !== undefined && { code }),
  };
}

/** Deleted for good or excluded by an operator: nothing to do. Not comparable (`unknown`): stays in the report. */
function classOf({ class: inspected, isSkipped }: InspectedResource): Difference['class'] {
  if (inspected === 'deleted' || isSkipped === true) return 'in-sync';
  return inspected === 'unknown' ? 'failed' : inspected;
}

/** Second stage: lists OMS records with our mark and reports those that do not exist at the source. Never changes them. */
export async function findOrphans(feeding: Feeding): Promise<PageDecision> {
  const { ports, run } = feeding;
  const { after } = run.cursor;
  const { records, next } = await ports.handlerFunctions.ask(run.handler, {
    request: 'list-oms',
    ...(after !== undefined && { after }),
  });
  if (next !== undefined && next === after) {
    throw new ConnectorError(
      { failureClass: 'permanent', code: 'OMS_LIST_STUCK' },
      'The handler returned the same page of the OMS twice, so the run would never end.',
    );
  }
  const isId = (id: string): boolean => resourceId.safeParse(id).success;
  // A mark that is not an id was set by hand: the source cannot have that resource.
  const ids = new Set(records.map(({ id }) => id).filter(isId));
  const existing = await readByIds(feeding, [...ids]);
  const orphans = records
    .filter(({ id }) => !existing.has(id))
    .map(({ id, ref }): Difference => {
      if (!isId(id)) return { id: 'no-id', class: 'orphan' };
      return { id, class: 'orphan', ...(ref !== undefined && { ref }) };
    });
  return {
    entries: [],
    differences: orphans,
    listed: 0,
    classes: countClasses(orphans),
    next: next === undefined ? { stage: 'done' } : { stage: 'oms', after: next },
  };
}
