import { allOf } from '../core/base/all-of.ts';
import { ConnectorError } from '../core/base/errors.ts';
import type { StateKey, StateRow } from '../core/delivery/ports/state-store.ts';
import { receiptSubject } from '../core/delivery/receipt-subject.ts';
import { groupId } from '../core/delivery/resource-event.ts';
import type { CaretakerPorts } from './ports.ts';

/** What one look takes in hand of one dead-letter queue, and for how long: a part of the function's minute. */
const MOST_LOOKED_AT = 5_000;
const LOOK_MS = 10_000;
/** Receipts of one handler that one look writes, and how many at a time: the next look writes the others. */
const MOST_NOTED = 1_000;
const NOTED_AT_ONCE = 25;
const HOUR_MINUTES = 60;

/** A handler's word that it erases a resource, given before its commit. */
interface Announced {
  readonly key: StateKey;
  /** `<type>/<id>`, as dead letters have it. */
  readonly resource: string;
  readonly isLookedFor: boolean;
}

/**
 * An erased resource leaves nothing in dead-letter queues: the copies that were set aside, the messages that SQS moved by itself, a
 * listed body among them, and the notifications before them. Looked for within a minute, then once an hour, for as long as one may
 * still turn up. A notification serves every handler: it goes when the last of them has erased, and no receipt says before that nothing
 * is left.
 */
export async function removeErasedCopies(ports: CaretakerPorts): Promise<void> {
  const handlerIds = Object.keys(ports.handlers);
  const announced = (await allOf(handlerIds.map((id) => announcedBy(ports, id)))).flat();
  if (!isDue(announced, ports.clock())) return;
  const rows = new Map(
    await allOf(handlerIds.map(async (id) => [id, await rowsOf(ports, id, announced)] as const)),
  );
  // As long as the row is not erased, a dead letter may be all that is left of the erasure.
  const isErased = (handlerId: string, resource: string) =>
    rows.get(handlerId)?.get(resource)?.erased === true;
  const isGoneEverywhere = (resource: string) => isGoneFrom(ports.handlers, rows, resource);

  const until = ports.clock() + LOOK_MS;
  const looks = [
    ...ports.sharedQueues.map((queue) => ({ queue, isMoot: isGoneEverywhere })),
    ...handlerIds.map((id) => ({
      queue: `handler/${id}`,
      isMoot: (resource: string) => isErased(id, resource),
    })),
  ];
  const isAnyErased = announced.some(({ key, resource }) => isErased(key.handlerId, resource));
  if (!isAnyErased) return;
  const areWhole = await allOf(looks.map(({ queue, isMoot }) => remove(ports, { queue, isMoot, until })));
  const seen = new Set(looks.filter((_, index) => areWhole[index]).map(({ queue }) => queue));
  const areSharedSeen = ports.sharedQueues.every((queue) => seen.has(queue));
  for (const id of handlerIds) {
    if (!areSharedSeen || !seen.has(`handler/${id}`)) continue;
    const gone = announced.filter(
      ({ key, resource, isLookedFor }) =>
        !isLookedFor && key.handlerId === id && isErased(id, resource) && isGoneEverywhere(resource),
    );
    await noteGone(ports, gone.slice(0, MOST_NOTED));
  }
  if (seen.size === looks.length) return;
  throw new ConnectorError(
    { failureClass: 'retry', code: 'COPIES_LEFT' },
    'There are more dead letters than one look takes, and copies of erased resources may be among them.',
  );
}

async function announcedBy(
  { erased, projectKey }: CaretakerPorts,
  handlerId: string,
): Promise<readonly Announced[]> {
  const list = await erased.list({ handlerId, projectKey });
  return list.map(({ resourceType, id, isLookedFor }) => ({
    key: { handlerId, projectKey, resourceType, id },
    resource: groupId({ resource: { typeId: resourceType, id } }),
    isLookedFor,
  }));
}

function isDue(announced: readonly Announced[], now: number): boolean {
  const isFullHour = Math.floor(now / 60_000) % HOUR_MINUTES === 0;
  return announced.some(({ isLookedFor }) => isFullHour || !isLookedFor);
}

/** By resource, what this handler has of all that is announced and of its type, whoever announced it. A row that could not be read is missing. */
async function rowsOf(
  { store, handlers, projectKey }: CaretakerPorts,
  handlerId: string,
  announced: readonly Announced[],
): Promise<ReadonlyMap<string, StateRow | undefined>> {
  const ofType = announced.filter(({ key }) => key.resourceType === handlers[handlerId]?.resourceType);
  const byId = new Map(ofType.map((each) => [each.key.id, each]));
  if (byId.size === 0) return new Map();
  const rows = await store.read([...byId.values()].map(({ key }) => ({ ...key, handlerId, projectKey })));
  return new Map([...rows].map(([id, row]) => [byId.get(id)?.resource ?? id, row]));
}

/** Has every handler of its type erased it, as far as it ever had it? */
function isGoneFrom(
  handlers: CaretakerPorts['handlers'],
  rows: ReadonlyMap<string, ReadonlyMap<string, StateRow | undefined>>,
  resource: string,
): boolean {
  const ofType = [...rows].filter(([id]) => resource.startsWith(`${handlers[id]?.resourceType}/`));
  const isGone = ofType.every(([, known]) => {
    const row = known.get(resource);
    return known.has(resource) && (row === undefined || row.erased === true);
  });
  return isGone && ofType.some(([, known]) => known.get(resource)?.erased === true);
}

async function noteGone(
  { receipts, erased, clock }: CaretakerPorts,
  gone: readonly Announced[],
): Promise<void> {
  for (let start = 0; start < gone.length; start += NOTED_AT_ONCE)
    await allOf(
      gone.slice(start, start + NOTED_AT_ONCE).map(async ({ key }) => {
        await receipts.noteCopiesGone(receiptSubject(key), clock());
        await erased.noteLookedFor(key);
      }),
    );
}

/** Answers whether the whole queue was seen. */
async function remove(
  { copies, metrics }: CaretakerPorts,
  look: { readonly queue: string; readonly isMoot: (resource: string) => boolean; readonly until: number },
): Promise<boolean> {
  const bounds = { limit: MOST_LOOKED_AT, until: look.until };
  const { removed, isWhole } = await copies.remove(
    look.queue,
    ({ resource }) => look.isMoot(resource),
    bounds,
  );
  if (removed > 0) metrics.count('CopiesRemoved', removed);
  return isWhole;
}
