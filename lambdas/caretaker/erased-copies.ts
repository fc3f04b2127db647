import { allOf } from '../core/all-of.ts';
import { ConnectorError } from '../core/errors.ts';
import type { StateKey } from '../core/ports/state-store.ts';
import { receiptSubject } from '../core/receipt-subject.ts';
import { groupId } from '../core/resource-event.ts';
import type { CaretakerPorts } from './ports.ts';

/** Messages of one dead-letter queue that one look takes in hand: by ten, about a quarter of the function's minute. */
const MOST_LOOKED_AT = 5_000;
const HOUR_MINUTES = 60;

/** Rows that one read may ask for. */
const ROWS_A_READ = 100;

/** What one handler has erased, of which copies may be left. */
interface ErasedOf {
  readonly handlerId: string;
  readonly resourceType: string;
  /** By `<type>/<id>`. */
  readonly resources: ReadonlyMap<string, { readonly key: StateKey; readonly isLookedFor: boolean }>;
}

/**
 * An erased resource leaves nothing in dead-letter queues: the copies that were set aside, the messages that SQS moved by itself, a
 * listed body among them, and the notifications before them. Looked for within a minute, then once an hour, for as long as one may
 * still turn up. A notification serves every handler: it goes when the last of them has erased.
 */
export async function removeErasedCopies(ports: CaretakerPorts): Promise<void> {
  const handlerIds = Object.keys(ports.handlers);
  const announced = await allOf(handlerIds.map((id) => announcedBy(ports, id)));
  if (!isDue(announced, ports.clock())) return;
  const erased = await allOf(announced.map((each) => committed(ports, each)));
  const areWhole = await allOf([
    removeShared(ports, erased),
    ...erased.map((each) => removeOwn(ports, each)),
  ]);
  if (areWhole.every(Boolean)) return;
  throw new ConnectorError(
    { failureClass: 'retry', code: 'COPIES_LEFT' },
    'There are more dead letters than one look takes, and copies of erased resources may be among them.',
  );
}

async function announcedBy({ erased, handlers, projectKey }: CaretakerPorts, handlerId: string) {
  const list = await erased.list({ handlerId, projectKey });
  return {
    handlerId,
    resourceType: handlers[handlerId]?.resourceType ?? '',
    resources: new Map(
      list.map(({ resourceType, id, isLookedFor }) => [
        groupId({ resource: { typeId: resourceType, id } }),
        { key: { handlerId, projectKey, resourceType, id }, isLookedFor },
      ]),
    ),
  } satisfies ErasedOf;
}

function isDue(announced: readonly ErasedOf[], now: number): boolean {
  const all = announced.flatMap(({ resources }) => [...resources.values()]);
  const isFullHour = Math.floor(now / 60_000) % HOUR_MINUTES === 0;
  return all.some(({ isLookedFor }) => isFullHour || !isLookedFor);
}

/** Announced before its commit: as long as the row is not erased, a copy in the dead letters may be all that is left of the erasure. */
async function committed({ store }: CaretakerPorts, announced: ErasedOf): Promise<ErasedOf> {
  const entries = [...announced.resources];
  const confirmed: typeof entries = [];
  for (let start = 0; start < entries.length; start += ROWS_A_READ) {
    const part = entries.slice(start, start + ROWS_A_READ);
    const rows = await store.read(part.map(([, { key }]) => key));
    confirmed.push(...part.filter(([, { key }]) => rows.get(key.id)?.erased === true));
  }
  return { ...announced, resources: new Map(confirmed) };
}

/** Answers whether the whole of the queues was seen. */
async function removeShared(ports: CaretakerPorts, erased: readonly ErasedOf[]): Promise<boolean> {
  const everywhere = new Set(
    erased
      .flatMap(({ resources }) => [...resources])
      .filter(([resource, { key }]) =>
        erased.every(
          ({ resourceType, resources }) => resourceType !== key.resourceType || resources.has(resource),
        ),
      )
      .map(([resource]) => resource),
  );
  const areWhole = await allOf(ports.sharedQueues.map((queue) => remove(ports, queue, everywhere)));
  return areWhole.every(Boolean);
}

async function removeOwn(ports: CaretakerPorts, { handlerId, resources }: ErasedOf): Promise<boolean> {
  const isWhole = await remove(ports, `handler/${handlerId}`, new Set(resources.keys()));
  if (!isWhole) return false;
  for (const { key, isLookedFor } of resources.values()) {
    if (isLookedFor) continue;
    await ports.receipts.noteCopiesGone(receiptSubject(key), ports.clock());
    await ports.erased.noteLookedFor(key);
  }
  return true;
}

async function remove(
  { copies, metrics }: CaretakerPorts,
  queue: string,
  resources: ReadonlySet<string>,
): Promise<boolean> {
  if (resources.size === 0) return true;
  const isMoot = ({ resource }: { readonly resource: string }) => resources.has(resource);
  const { removed, isWhole } = await copies.remove(queue, isMoot, MOST_LOOKED_AT);
  if (removed > 0) metrics.count('CopiesRemoved', removed);
  return isWhole;
}
