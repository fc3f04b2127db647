import { allOf } from '../core/base/all-of.ts';
import { ConnectorError } from '../core/base/errors.ts';
import type { StateKey, StateRow } from '../core/delivery/ports/state-store.ts';
import { receiptSubject } from '../core/delivery/receipt-subject.ts';
import { groupId } from '../core/delivery/resource-event.ts';
import type { CaretakerPorts } from './ports.ts';

/** Limits of one pass per dead-letter queue: messages, and time out of the minute of the function. */
const MAX_MESSAGES = 5_000;
const SEARCH_MS = 10_000;
/** Receipts of one handler that one pass completes, and how many of them in parallel. */
const MAX_RECEIPTS = 1_000;
const PARALLEL_RECEIPTS = 25;
const HOUR_MINUTES = 60;

/** A handler writes this item before it commits an erasure. */
interface Announced {
  readonly key: StateKey;
  /** `<type>/<id>`, as in dead letters. */
  readonly resource: string;
  readonly isSearched: boolean;
}

/** Sync records by resource. A record that could not be read is missing. */
type SyncRecords = ReadonlyMap<string, StateRow | undefined>;
type RecordsByHandler = ReadonlyMap<string, SyncRecords>;

/**
 * Deletes the copies of erased resources from the dead-letter queues: messages that the handler or SQS moved
 * there, and the notifications before them. Searches within a minute of the erasure, then once an hour for as
 * long as a copy may still arrive. A notification serves every handler, so it is deleted when the last of
 * them has erased the resource; only then a receipt is completed.
 */
export async function removeErasedCopies(ports: CaretakerPorts): Promise<void> {
  const handlerIds = Object.keys(ports.handlers);
  const announced = (await allOf(handlerIds.map((id) => announcedBy(ports, id)))).flat();
  if (!isDue(announced, ports.clock())) return;
  const records: RecordsByHandler = new Map(
    await allOf(handlerIds.map(async (id) => [id, await readRecords(ports, id, announced)] as const)),
  );
  // Until the sync record is erased, the dead letter may be the only trace of the erasure.
  const isErased = (handlerId: string, resource: string) =>
    records.get(handlerId)?.get(resource)?.erased === true;
  const isErasedEverywhere = (resource: string) => isErasedByAll(ports.handlers, records, resource);
  if (!announced.some(({ key, resource }) => isErased(key.handlerId, resource))) return;

  const until = ports.clock() + SEARCH_MS;
  const searches = [
    ...ports.sharedQueues.map((queue) => ({ queue, until, isObsolete: isErasedEverywhere })),
    ...handlerIds.map((id) => ({
      ...{ queue: `handler/${id}`, until },
      isObsolete: (resource: string) => isErased(id, resource),
    })),
  ];
  const areComplete = await allOf(searches.map((search) => remove(ports, search)));
  const searched = new Set(searches.filter((_, index) => areComplete[index]).map(({ queue }) => queue));
  const areSharedSearched = ports.sharedQueues.every((queue) => searched.has(queue));
  for (const id of handlerIds) {
    if (!areSharedSearched || !searched.has(`handler/${id}`)) continue;
    const gone = announced.filter(
      ({ key, resource, isSearched }) =>
        !isSearched && key.handlerId === id && isErased(id, resource) && isErasedEverywhere(resource),
    );
    await completeReceipts(ports, gone.slice(0, MAX_RECEIPTS));
  }
  if (searched.size === searches.length) return;
  throw new ConnectorError(
    { failureClass: 'retry', code: 'COPIES_LEFT' },
    'A dead-letter queue has more messages than one pass can search. Copies of erased resources may be among them.',
  );
}

async function announcedBy(
  { erased, projectKey }: CaretakerPorts,
  handlerId: string,
): Promise<readonly Announced[]> {
  const list = await erased.list({ handlerId, projectKey });
  return list.map(({ resourceType, id, isSearched }) => ({
    key: { handlerId, projectKey, resourceType, id },
    resource: groupId({ resource: { typeId: resourceType, id } }),
    isSearched,
  }));
}

function isDue(announced: readonly Announced[], now: number): boolean {
  const isFullHour = Math.floor(now / 60_000) % HOUR_MINUTES === 0;
  return announced.some(({ isSearched }) => isFullHour || !isSearched);
}

/** What this handler stores of each announced resource of its type, whichever handler announced it. */
async function readRecords(
  { store, handlers, projectKey }: CaretakerPorts,
  handlerId: string,
  announced: readonly Announced[],
): Promise<SyncRecords> {
  const ofType = announced.filter(({ key }) => key.resourceType === handlers[handlerId]?.resourceType);
  const byId = new Map(ofType.map((each) => [each.key.id, each]));
  if (byId.size === 0) return new Map();
  const rows = await store.read([...byId.values()].map(({ key }) => ({ ...key, handlerId, projectKey })));
  return new Map([...rows].map(([id, row]) => [byId.get(id)?.resource ?? id, row]));
}

/** Has every handler of its type erased the resource, or never had it? */
function isErasedByAll(
  handlers: CaretakerPorts['handlers'],
  records: RecordsByHandler,
  resource: string,
): boolean {
  const ofType = [...records].filter(([id]) => resource.startsWith(`${handlers[id]?.resourceType}/`));
  const isErased = ofType.every(([, known]) => {
    const record = known.get(resource);
    return known.has(resource) && (record === undefined || record.erased === true);
  });
  return isErased && ofType.some(([, known]) => known.get(resource)?.erased === true);
}

async function completeReceipts(
  { receipts, erased, clock }: CaretakerPorts,
  gone: readonly Announced[],
): Promise<void> {
  for (let start = 0; start < gone.length; start += PARALLEL_RECEIPTS)
    await allOf(
      gone.slice(start, start + PARALLEL_RECEIPTS).map(async ({ key }) => {
        await receipts.noteCopiesGone(receiptSubject(key), clock());
        await erased.noteSearched(key);
      }),
    );
}

/** Answers whether the whole queue was searched. */
async function remove(
  { copies, metrics }: CaretakerPorts,
  search: {
    readonly queue: string;
    readonly until: number;
    readonly isObsolete: (resource: string) => boolean;
  },
): Promise<boolean> {
  const { removed, isWhole } = await copies.remove(
    search.queue,
    ({ resource }) => search.isObsolete(resource),
    { limit: MAX_MESSAGES, until: search.until },
  );
  if (removed > 0) metrics.count('CopiesRemoved', removed);
  return isWhole;
}
