import { ConnectorError } from '../core/base/errors.ts';
import { madeGoodBy } from '../core/delivery/dead-letter.ts';
import type { Dispatch } from '../core/delivery/ports/handler-queues.ts';
import { groupId, type ResourceEvent } from '../core/delivery/resource-event.ts';
import { entryName } from '../core/delivery/run-entry.ts';
import type { Listed } from '../core/runs/ports/commercetools-lister.ts';
import type { PlannedEntry, Run, RunPage } from '../core/runs/run.ts';
import { withBodies } from './message-bodies.ts';
import type { Feeding } from './ports.ts';
import { readByIds } from './source-pages.ts';

/** SQS may refuse single messages of a request; it usually accepts them on the next attempt. */
const ATTEMPTS = 3;
/** Dead letters that one page searches for copies of what it sends. */
const MAX_COPIES_READ = 2_000;

/** Bodies from the source, and when they were read. */
export interface Bodies {
  readonly of: ReadonlyMap<string, Listed>;
  /** Before the request; milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Sends every message of the page to the handler's queue, or throws: the cursor moves only after a complete page. A page that is
 * sent twice has the same deduplication ids, and the version gate stops what SQS does not deduplicate.
 */
export async function sendPage(feeding: Feeding, page: RunPage, listed: Bodies | undefined): Promise<void> {
  const { ports, run } = feeding;
  if (page.entries.length === 0) return;
  if (run.mode === 'retry') await removeCopies(feeding, page.entries);
  const bodies = await bodiesFor(feeding, page, listed);
  const carried = withBodies(page.entries.map((entry) => bodyOf(entry, bodies)?.body));
  let left = page.entries.map((entry, index): Dispatch => {
    const body = carried.has(index) ? bodyOf(entry, bodies) : undefined;
    return {
      handler: run.handler,
      typeId: feeding.handler.upsertTypeId,
      event: toEvent(feeding, entry, { entry: entryName(page.page, index), listed: body, at: bodies.at }),
    };
  });
  for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt++) {
    const refused = await ports.queues.send(left);
    left = left.filter((_, index) => refused.has(index));
  }
  if (left.length === 0) return;
  throw new ConnectorError(
    { failureClass: 'retry', code: 'QUEUE_REFUSED' },
    `The queue of handler "${run.handler}" refused ${left.length} messages.`,
  );
}

/** Removed before sending, so that a copy found later means a new failure. The failure item stays until the retry succeeds. */
async function removeCopies(
  { ports, run, handler: { resourceType: typeId } }: Feeding,
  entries: readonly PlannedEntry[],
): Promise<void> {
  const changes = new Map(entries.map((one) => [groupId({ resource: { typeId, id: one.id } }), one]));
  await ports.copies.remove(`handler/${run.handler}`, madeGoodBy(changes), { limit: MAX_COPIES_READ });
}

/** Reads missing bodies in bulk (a resent page, or one not listed at the source); otherwise the handler would read each one. */
async function bodiesFor(feeding: Feeding, page: RunPage, listed: Bodies | undefined): Promise<Bodies> {
  const at = feeding.ports.clock();
  if (feeding.run.options.inlineBody === false) return { of: new Map(), at };
  if (listed) return listed;
  const upserts = page.entries.filter(({ kind }) => kind === 'UPSERT').map(({ id }) => id);
  return { of: await readByIds(feeding, upserts), at };
}

/** A body older than the planned version is a stale read and is not sent. */
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

/** A repair of an OMS difference and a retry must write even if the sync record says that nothing changed. */
function isForced({ mode, options }: Run): boolean {
  if (mode === 'retry') return true;
  return mode === 'reconcile' ? options.compare === 'oms' : options.force === true;
}
