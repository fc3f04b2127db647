import type { HandlerSwitches } from '../../core/base/live-settings.ts';
import type { Clock, Random } from '../../core/base/ports/clock.ts';
import type { DeliverySettings } from '../../core/delivery/delivery-settings.ts';
import type { ErasedStore } from '../../core/delivery/ports/erased-store.ts';
import type { FailureStore } from '../../core/delivery/ports/failure-store.ts';
import type { PendingStore } from '../../core/delivery/ports/pending-store.ts';
import type { ReceiptStore } from '../../core/delivery/ports/receipt-store.ts';
import type { StateKey, StateRow, StateStore } from '../../core/delivery/ports/state-store.ts';
import type { DeadLetters, WorkQueue } from '../../core/delivery/ports/work-queue.ts';
import { decideStart, type ProtocolContext, type Start } from '../../core/delivery/protocol.ts';
import type { ResourceEvent } from '../../core/delivery/resource-event.ts';
import type { RunStore } from '../../core/runs/ports/run-store.ts';
import type { Observer } from '../lambda/counted-outcomes.ts';
import type { QueueRecord } from '../lambda/queue-record.ts';
import { type Group, groupRecords, type Refused } from './fifo-batch.ts';
import type { SwitchBoard } from './handler-switches.ts';
import { recordRunEntries } from './record-run-entries.ts';
import type { ResourceDefinition, Services } from './resource-definition.ts';
import {
  deadLetterRefused,
  type GroupResult,
  recordEnd,
  retryLater,
  retryWhileBreakerOpen,
  settle,
} from './resource-ends.ts';
import { type Fetched, fetchAll } from './resource-source.ts';
import { bringToOms } from './resource-write.ts';
import { watchedOms } from './watched-oms.ts';

/** Everything a resource handler works with. The simulator puts its own models in. */
export interface ResourcePorts extends Observer {
  readonly handlerId: string;
  readonly projectKey: string;
  readonly delivery: DeliverySettings;
  readonly store: StateStore;
  readonly failures: FailureStore;
  readonly pending: PendingStore;
  readonly receipts: Pick<ReceiptStore, 'put'>;
  readonly erased: Pick<ErasedStore, 'add'>;
  readonly runs: Pick<RunStore, 'recordEntries'>;
  readonly switches: SwitchBoard;
  readonly queue: WorkQueue;
  readonly deadLetters: DeadLetters;
  readonly services: Services;
  readonly clock: Clock;
  readonly random: Random;
}

/** One resource of a batch on its way: what was announced, what the row says, what the protocol decided. */
export interface Item<Settings> {
  readonly group: Group;
  readonly key: StateKey;
  readonly row: StateRow | undefined;
  readonly start: Start;
  readonly context: ProtocolContext;
  readonly settings: Settings;
  /** Prepare mode may have recorded something of it. */
  readonly mayBeRecorded: boolean;
}

/**
 * The delivery protocol over one batch of a handler queue: gate, fetch, write, commit, acknowledge. Groups run side by
 * side; every record of a group gets the group's result.
 *
 * @returns the records that must come back; all others are acknowledged.
 */
export async function processBatch<Source, Model, Settings>(
  definition: ResourceDefinition<Source, Model, Settings>,
  settings: Settings,
  unwatched: ResourcePorts,
  records: readonly QueueRecord[],
): Promise<readonly QueueRecord[]> {
  const ports = { ...unwatched, services: watched(unwatched) };
  const { groups: all, refused } = groupRecords(records);
  const groups = all.filter((group) => isOurs(group.work.event, definition.resourceType, ports));
  const foreign = all.filter((group) => !groups.includes(group)).flatMap(toRefused);
  const deadLettered = await Promise.all(
    [...refused, ...foreign].map((one) => deadLetterRefused(ports, one)),
  );
  return [...deadLettered.flat(), ...(await processGroups(definition, settings, ports, groups))];
}

async function processGroups<Source, Model, Settings>(
  definition: ResourceDefinition<Source, Model, Settings>,
  settings: Settings,
  ports: ResourcePorts,
  groups: readonly Group[],
): Promise<readonly QueueRecord[]> {
  if (groups.length === 0) return [];
  const allBack = async (back: (group: Group) => Promise<readonly QueueRecord[]>) =>
    (await Promise.all(groups.map(back))).flat();
  let rows: ReadonlyMap<string, StateRow | undefined>;
  let switches: HandlerSwitches;
  const keyed = groups.map((group) => ({ group, key: stateKey(ports, group.work.event) }));
  try {
    switches = await ports.switches.read();
    if (switches.breaker?.state === 'open') return allBack((group) => retryWhileBreakerOpen(ports, group));
    rows = await ports.store.read(keyed.map(({ key }) => key));
  } catch (error) {
    return allBack((group) => retryLater(ports, group, error));
  }
  const context: ProtocolContext = {
    settings: ports.delivery,
    mapperVersion: definition.mapperVersion,
    now: ports.clock(),
    isPreparing: switches.mode === 'prepare',
  };
  const mayBeRecorded = switches.mode === 'prepare' || switches.mayBeRecorded === true;
  // A key that was not read is no absent row: its group comes back.
  const unread = keyed.filter(({ key }) => !rows.has(key.id));
  const items = keyed
    .filter(({ key }) => rows.has(key.id))
    .map(({ group, key }): Item<Settings> => {
      const row = rows.get(key.id);
      const start = decideStart(group.work, row, context);
      return { group, key, row, start, context, settings, mayBeRecorded };
    });
  const fetched = await fetchAll(definition, ports, items);
  const settled = await Promise.all([
    ...unread.map(async ({ group }) => ({ group, back: await retryLater(ports, group, unreadKey) })),
    ...items.map((item) => processItem(definition, ports, item, fetched)),
  ]);
  return finish(ports, settled);
}

/** What has ended is told to its runs, then counted, and only then acknowledged. */
async function finish(
  ports: ResourcePorts,
  settled: readonly GroupResult[],
): Promise<readonly QueueRecord[]> {
  const ended = settled.flatMap((one) => ('end' in one ? [one] : []));
  const unreported = await recordRunEntries(
    ports.runs,
    ended.map(({ group, end }) => ({ group, outcome: end.outcome })),
  );
  const unreportedRetries = await Promise.all(
    [...unreported].map(([group, error]) => retryLater(ports, group, error)),
  );
  for (const { group, end, startedAt } of ended)
    if (!unreported.has(group)) recordEnd(ports, group, end, startedAt);
  return [...settled.flatMap((one) => ('back' in one ? one.back : [])), ...unreportedRetries.flat()];
}

const unreadKey = { failureClass: 'retry', code: 'STATE_UNREAD_KEY' } as const;

function processItem<Source, Model, Settings>(
  definition: ResourceDefinition<Source, Model, Settings>,
  ports: ResourcePorts,
  item: Item<Settings>,
  fetched: Fetched,
): Promise<GroupResult> {
  return settle(ports, item, (progress) => bringToOms(definition, ports, item, fetched, progress));
}

/** Outages of the OMS open the breaker, whatever the handler makes of them. */
function watched({ services, switches }: ResourcePorts): Services {
  return { ...services, fluent: watchedOms(services.fluent, switches) };
}

function isOurs(event: ResourceEvent, resourceType: string, ports: ResourcePorts): boolean {
  return event.resource.typeId === resourceType && event.projectKey === ports.projectKey;
}

function toRefused(group: Group): Refused[] {
  return group.records.map((record) => ({ record, reason: 'invalid:foreign-resource' }));
}

function stateKey({ handlerId, projectKey }: ResourcePorts, { resource }: ResourceEvent): StateKey {
  return { handlerId, projectKey, resourceType: resource.typeId, id: resource.id };
}
