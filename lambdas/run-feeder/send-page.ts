import { ConnectorError } from '../core/base/errors.ts';
import { madeGoodBy } from '../core/delivery/dead-letter.ts';
import type { Dispatch } from '../core/delivery/ports/handler-queues.ts';
import { groupId, type ResourceEvent } from '../core/delivery/resource-event.ts';
import { entryName } from '../core/delivery/run-entry.ts';
import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import type { PlannedEntry, Run, RunPage } from '../core/runs/run.ts';
import { withBodies } from './message-bodies.ts';
import type { Feeding } from './ports.ts';
import { readByIds } from './source.ts';

/** A queue refuses single messages of a request; most are taken at once when they are sent again. */
const ROUNDS = 3;
/** Messages of a dead-letter queue that one page looks at for copies of what it sends. */
const COPIES_LOOKED_AT = 2_000;

/** What the source said, and when. */
export interface Bodies {
  readonly of: ReadonlyMap<string, Listed>;
  /** Before they were asked for; milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Puts every message of the page into the handler's queue, or throws: a page is sent whole before the cursor moves. The same page
 * sent again has the same deduplication ids, and what SQS lets through is superseded by the row.
 */
export async function sendPage(feeding: Feeding, page: RunPage, seen: Bodies | undefined): Promise<void> {
  const { ports, run } = feeding;
  if (page.entries.length === 0) return;
  if (run.mode === 'retry') await removeCopies(feeding, page.entries);
  const bodies = await bodiesFor(feeding, page, seen);
  const carried = withBodies(page.entries.map((entry) => bodyOf(entry, bodies)?.body));
  let left = page.entries.map((entry, index): Dispatch => {
    const listed = carried.has(index) ? bodyOf(entry, bodies) : undefined;
    return {
      handler: run.handler,
      typeId: feeding.handler.upsertTypeId,
      event: toEvent(feeding, entry, { entry: entryName(page.page, index), listed, at: bodies.at }),
    };
  });
  for (let round = 0; round < ROUNDS && left.length > 0; round++) {
    const refused = await ports.queues.send(left);
    left = left.filter((_, index) => refused.has(index));
  }
  if (left.length === 0) return;
  throw new ConnectorError(
    { failureClass: 'retry', code: 'QUEUE_REFUSED' },
    `The queue of handler "${run.handler}" did not take ${left.length} messages.`,
  );
}

/** Before the sends: a copy that is there afterwards tells of a new failure. The failure item itself stays until it is well. */
async function removeCopies(
  { ports, run, handler: { resourceType: typeId } }: Feeding,
  entries: readonly PlannedEntry[],
): Promise<void> {
  const changes = new Map(entries.map((one) => [groupId({ resource: { typeId, id: one.id } }), one]));
  await ports.copies.remove(`handler/${run.handler}`, madeGoodBy(changes), { limit: COPIES_LOOKED_AT });
}

/** A page that is sent again, or was not listed at the source, asks for its bodies in bulk: else each costs the handler a read. */
async function bodiesFor(feeding: Feeding, page: RunPage, seen: Bodies | undefined): Promise<Bodies> {
  const at = feeding.ports.clock();
  if (feeding.run.options.inlineBody === false) return { of: new Map(), at };
  if (seen) return seen;
  const upserts = page.entries.filter(({ kind }) => kind === 'UPSERT').map(({ id }) => id);
  return { of: await readByIds(feeding, upserts), at };
}

/** Never below what was planned: an older body is a stale read. */
function bodyOf({ id, kind, version }: PlannedEntry, bodies: Bodies): Listed | undefined {
  const listed = kind === 'UPSERT' ? bodies.of.get(id) : undefined;
  return listed && listed.version >= version ? listed : undefined;
}

function toEvent(
  { ports, run, handler }: Feeding,
  { id, version, kind, dataErasure }: PlannedEntry,
  { entry, listed, at }: { entry: string; listed: Listed | undefined; at: number },
): ResourceEvent {
  return {
    projectKey: ports.projectKey,
    resource: { typeId: handler.resourceType, id },
    version: listed?.version ?? version,
    kind,
    traceId: `${run.id}/${entry}`,
    runId: run.id,
    entry,
    ...(dataErasure !== undefined && { dataErasure }),
    ...(isForced(run) && { force: true }),
    ...(listed && { body: listed.body, bodyAt: at }),
  };
}

/** What the OMS shows otherwise than the row says has to be written whatever the row says, and a failure is tried whatever it says. */
function isForced({ mode, options }: Run): boolean {
  if (mode === 'retry') return true;
  return mode === 'reconcile' ? options.compare === 'oms' : options.force === true;
}
