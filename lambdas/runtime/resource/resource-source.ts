import * as z from 'zod/mini';
import { ConnectorError } from '../../core/base/errors.ts';
import { firstPath, resourceId, sourceVersion } from '../../core/delivery/notification.ts';
import { isAbsent, sourceFloor } from '../../core/delivery/protocol.ts';
import type { Item, ResourcePorts } from './resource-batch.ts';
import type { ResourceDefinition } from './resource-definition.ts';

const identity = z.object({ id: resourceId, version: sourceVersion });

/** A resource as it stands at the source. */
export interface Current {
  readonly version: number;
  readonly body: unknown;
}

/** What one query gave for the whole batch: by id, or the error that it ended with. */
export interface Fetched {
  readonly byId: ReadonlyMap<string, Current>;
  readonly error?: unknown;
}

/** One query for all resources of the batch that have to be read. */
export async function fetchAll<Source, Model, Settings>(
  definition: ResourceDefinition<Source, Model, Settings>,
  ports: ResourcePorts,
  items: readonly Item<Settings>[],
): Promise<Fetched> {
  const [first, ...others] = items.filter(({ start }) => start.step === 'fetch');
  // A single one is read by id in its turn.
  if (!first || others.length === 0) return { byId: new Map() };
  try {
    const ids = [first, ...others].map(({ key }) => key.id);
    return { byId: index(await definition.fetch(ports.services, ids, first.settings)) };
  } catch (error) {
    // A query that can never succeed must not hold up resources that can be read one by one.
    const isFinal = error instanceof ConnectorError && error.failureClass === 'permanent';
    return { byId: new Map(), ...(!isFinal && { error }) };
  }
}

/**
 * The current resource of one item, at or above the floor; undefined if the source has not had it for long enough.
 * A stale or a missing one is looked up once more by id, then tried again later.
 */
export async function currentResource<Source, Model, Settings>(
  definition: ResourceDefinition<Source, Model, Settings>,
  ports: ResourcePorts,
  item: Item<Settings>,
  fetched: Fetched,
): Promise<Current | undefined> {
  const { event } = item.group.work;
  const floor = sourceFloor(event, item.row);
  const listed = (item.start.step === 'use-body' ? index([event.body]) : fetched.byId).get(item.key.id);
  if (listed && listed.version >= floor) return listed;
  if (fetched.error !== undefined) throw fetched.error;
  const bodies = await definition.fetch(ports.services, [item.key.id], item.settings);
  const read = index(bodies).get(item.key.id);
  if (read && read.version >= floor) return read;
  if (read) throw notYet('STALE_READ');
  if (bodies.length > 0) throw notYet('SOURCE_UNREADABLE');
  // The head of the group is in every receive; what stands behind it may be there or not.
  const { head, newest } = item.group;
  const { messageId, receives } = head;
  const before = item.row?.missing;
  const isUnbroken = before?.messageId === messageId && before.receives === receives - 1;
  const since = Math.max(newest.sentAt, isUnbroken ? before.since : item.context.now);
  if (isAbsent({ receives, since }, item.context)) return undefined;
  await ports.store.noteMissing(item.key, { since, receives, messageId });
  throw notYet('NOT_FOUND_YET');
}

/** The parsed resource. What the schema refuses is set aside with the path of the field. */
export function readSource<Source>(schema: z.ZodMiniType<Source>, { body }: Current): Source {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new ConnectorError(
    { failureClass: 'permanent', code: `INVALID:${firstPath(read.error)}` },
    'The resource is not as documented.',
  );
}

/** A body as it came, with what identifies it: of this resource, or nothing that can be used. */
export function readCurrent(body: unknown, id: string): Current | 'unreadable' {
  const read = identity.safeParse(body);
  return read.success && read.data.id === id ? { version: read.data.version, body } : 'unreadable';
}

function index(bodies: readonly unknown[]): Map<string, Current> {
  const current = new Map<string, Current>();
  for (const body of bodies) {
    const read = identity.safeParse(body);
    if (read.success) current.set(read.data.id, { version: read.data.version, body });
  }
  return current;
}

function notYet(code: string): ConnectorError {
  return new ConnectorError(
    { failureClass: 'retry', code },
    'The source does not show the announced version yet.',
  );
}
