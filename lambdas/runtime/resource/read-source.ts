import * as z from 'zod/mini';
import { ConnectorError } from '../../core/base/errors.ts';
import { firstPath, resourceId, sourceVersion } from '../../core/delivery/notification.ts';
import { isAbsent, sourceFloor } from '../../core/delivery/protocol.ts';
import type { WorkItem } from './work-item.ts';

/** A resource as the source returned it, not parsed yet. */
export interface Current {
  readonly version: number;
  readonly body: unknown;
}

/** The answer to the query for the whole batch: resources by id, or the error that it failed with. */
export interface Listed {
  readonly byId: ReadonlyMap<string, Current>;
  readonly error?: unknown;
}

/** One query for all resources of a batch that have to be read. A single resource is not queried: it is read by id later. */
export async function listResources(items: readonly WorkItem[]): Promise<Listed> {
  const [first, ...others] = items.filter(({ start }) => start.step === 'fetch');
  if (!first || others.length === 0) return { byId: new Map() };
  try {
    const ids = [first, ...others].map(({ key }) => key.id);
    return { byId: byId(await first.definition.fetch(ids, first.context)) };
  } catch (error) {
    // A query that can never succeed must not block resources that can be read one by one.
    const isPermanent = error instanceof ConnectorError && error.failureClass === 'permanent';
    return { byId: new Map(), ...(!isPermanent && { error }) };
  }
}

/**
 * The resource at or above the lowest version that may be written; `undefined` if the source has lost it for good. One that
 * the batch query missed, or returned too old, is read once more by id.
 */
export async function currentResource(item: WorkItem, listed: Listed): Promise<Current | undefined> {
  const { definition, context, group, key, row, start } = item;
  const { event } = group.work;
  const floor = sourceFloor(event, row);
  const known = (start.step === 'use-body' ? byId([event.body]) : listed.byId).get(key.id);
  if (known && known.version >= floor) return known;
  if (listed.error !== undefined) throw listed.error;
  const bodies = await definition.fetch([key.id], context);
  const read = byId(bodies).get(key.id);
  if (read && read.version >= floor) return read;
  if (read) throw notYet('STALE_READ');
  if (bodies.length > 0) throw notYet('SOURCE_UNREADABLE');
  await noteMissing(item);
  return undefined;
}

/** Throws until enough reads in a row found nothing. Counts receives of the group's head, which is part of every receive. */
async function noteMissing({ group, key, row, ports, protocol }: WorkItem): Promise<void> {
  const { head, newest } = group;
  const { messageId, receives } = head;
  const before = row?.missing;
  const isUnbroken = before?.messageId === messageId && before.receives === receives - 1;
  const since = Math.max(newest.sentAt, isUnbroken ? before.since : protocol.now);
  if (isAbsent({ receives, since }, protocol)) return;
  await ports.store.noteMissing(key, { since, receives, messageId });
  throw notYet('NOT_FOUND_YET');
}

/** Throws a permanent error with the path of the first field that does not match. */
export function parseSource<Source>(schema: z.ZodMiniType<Source>, body: unknown): Source {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new ConnectorError(
    { failureClass: 'permanent', code: `INVALID:${firstPath(read.error)}` },
    'The resource does not match the schema of the handler.',
  );
}

/** The id and version of a body. `unreadable`: it has none, or it is of another resource. */
export function readCurrent(body: unknown, id: string): Current | 'unreadable' {
  return byId([body]).get(id) ?? 'unreadable';
}

const identity = z.object({ id: resourceId, version: sourceVersion });

function byId(bodies: readonly unknown[]): Map<string, Current> {
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
    'The source does not return the announced version yet.',
  );
}
