import { collapse } from '../core/delivery/collapse.ts';
import { type Notification, readNotification } from '../core/delivery/notification.ts';
import type { EventPublisher, PublishEntry } from '../core/delivery/ports/event-publisher.ts';
import type { DeadLetters } from '../core/delivery/ports/work-queue.ts';
import { groupId, type ResourceEvent } from '../core/delivery/resource-event.ts';
import { matchRoutes } from '../core/delivery/route-matching.ts';
import type { Route } from '../routes.ts';
import { deadLetterBadInput } from '../runtime/lambda/bad-input.ts';
import { type Observer, recordOutcome } from '../runtime/lambda/counted-outcomes.ts';
import type { QueueRecord } from '../runtime/lambda/queue-record.ts';

export interface ListenerPorts extends Observer {
  readonly projectKey: string;
  readonly routes: readonly Route[];
  readonly publisher: EventPublisher;
  readonly deadLetters: DeadLetters;
}

/** Notifications of one resource for the same handlers, collapsed into one event. */
interface Bundle {
  readonly entry: PublishEntry;
  readonly records: readonly QueueRecord[];
}

/**
 * Turns notifications into events. A notification that no route takes is filtered, one that cannot be read is dead-lettered;
 * the others are collapsed per resource and published.
 *
 * @returns the records that SQS delivers again.
 */
export async function listen(
  ports: ListenerPorts,
  records: readonly QueueRecord[],
): Promise<readonly QueueRecord[]> {
  const bundles = new Map<string, Bundle>();
  const refused: Promise<readonly QueueRecord[]>[] = [];
  for (const record of records) {
    const read = readNotification(record.body);
    if ('refusal' in read) refused.push(deadLetterBadInput(ports, record, read.refusal));
    else
      for (const [key, bundle] of route(ports, record, read.notification))
        bundles.set(key, join(bundles.get(key), bundle));
  }
  const retried = (await Promise.all([publish(ports, [...bundles.values()]), ...refused])).flat();
  ports.metrics.count('Retried', retried.length);
  return retried;
}

/** One bundle per typeId, by a key that only notifications with the same resource and handlers share. */
function route(ports: ListenerPorts, record: QueueRecord, notification: Notification): [string, Bundle][] {
  const matching = matchRoutes(notification, ports.projectKey, ports.routes);
  const { messageId: traceId } = record;
  if ('filtered' in matching) {
    const { typeId: resourceType, id } = notification.resource;
    ports.metrics.count('Received');
    recordOutcome(ports, { outcome: 'filtered', reason: matching.filtered, resourceType, id, traceId });
    return [];
  }
  return [...Map.groupBy(matching.routes, ({ typeId }) => typeId)].flatMap(([typeId, [first, ...others]]) => {
    if (!first) return [];
    const event = toEvent(notification, first.kind, traceId);
    // Without the handlers in the key, the delete of one handler would hide the update of another.
    const key = `${groupId(event)} -> ${[first, ...others].map(({ handler }) => handler).sort()}`;
    return [[key, { entry: { typeId, event }, records: [record] }]];
  });
}

function join(known: Bundle | undefined, added: Bundle): Bundle {
  if (!known) return added;
  const event = collapse(known.entry.event, added.entry.event);
  const source = known.entry.event.kind === event.kind ? known : added;
  return { entry: { typeId: source.entry.typeId, event }, records: [...known.records, ...added.records] };
}

function toEvent(notification: Notification, kind: Route['kind'], traceId: string): ResourceEvent {
  const { projectKey, resource } = notification;
  if (notification.notificationType === 'Message')
    return { projectKey, resource, version: notification.resourceVersion, kind, traceId };
  const { version, modifiedAt } = notification;
  const erases = notification.notificationType === 'ResourceDeleted' && notification.dataErasure === true;
  return {
    projectKey,
    resource,
    version,
    kind,
    traceId,
    ...(modifiedAt !== undefined && { modifiedAt }),
    ...('oldVersion' in notification &&
      notification.oldVersion !== undefined && { oldVersion: notification.oldVersion }),
    ...(erases && { dataErasure: true }),
  };
}

/** An entry that the bus did not take fails all its records. A record that was published is counted once. */
async function publish(ports: ListenerPorts, bundles: readonly Bundle[]): Promise<readonly QueueRecord[]> {
  const notTaken = await ports.publisher.publish(bundles.map(({ entry }) => entry));
  const failed = new Set(bundles.filter((_, index) => notTaken.has(index)).flatMap(({ records }) => records));
  const counted = new Set<QueueRecord>();
  for (const { entry, records } of bundles.filter((_, index) => !notTaken.has(index))) {
    const fresh = records.filter((record) => !counted.has(record) && !failed.has(record));
    for (const record of fresh) counted.add(record);
    ports.metrics.count('Forwarded');
    const published = fresh.find(({ messageId }) => messageId === entry.event.traceId) ?? fresh[0];
    for (const record of fresh)
      if (record !== published) recordCollapsed(ports, entry.event, record.messageId);
  }
  ports.metrics.count('Received', counted.size);
  return [...failed];
}

function recordCollapsed(
  ports: ListenerPorts,
  { resource, version, traceId }: ResourceEvent,
  messageId: string,
): void {
  const about = { resourceType: resource.typeId, id: resource.id, version };
  recordOutcome(ports, {
    outcome: 'collapsed',
    reason: `listener-batch:${traceId}`,
    ...about,
    traceId: messageId,
  });
}
