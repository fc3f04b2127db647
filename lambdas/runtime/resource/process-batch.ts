/**
 * The delivery protocol over one batch of a handler queue. All messages of one resource are one work item. The work items of
 * a batch run at the same time, each through these steps:
 *
 *   1 gate     already done, excluded, Prepare mode?        core/delivery/protocol.ts decides
 *   2 limit    tried too often?                             core/delivery/protocol.ts decides
 *   3 source   read the current resource                    read-source.ts
 *   4 OMS      map and write it, or apply the deletion      write-to-oms.ts
 *   5 commit   store what the OMS now holds                 commit.ts
 *   6 finish   acknowledge, retry later or dead-letter      finish-batch.ts, retry-later.ts, dead-letter-item.ts
 *
 * The order makes delivery safe: a commit never precedes its write, and a crash before step 6 leads to a retry.
 * Reasons: docs/architecture.md, "Delivery".
 */
import { ConnectorError, toFailure } from '../../core/base/errors.ts';
import type { StateKey } from '../../core/delivery/ports/state-store.ts';
import { decideStart } from '../../core/delivery/protocol.ts';
import type { ResourceEvent } from '../../core/delivery/resource-event.ts';
import type { QueueRecord } from '../lambda/queue-record.ts';
import { deadLetterItem, deadLetterRefused } from './dead-letter-item.ts';
import { endWithoutCommit } from './end-without-commit.ts';
import { finishBatch } from './finish-batch.ts';
import { type Group, groupRecords } from './group-records.ts';
import { unreadKey } from './known-record.ts';
import { currentResource, type Listed, listResources } from './read-source.ts';
import { contextOf, type ResourceHandler, type ResourcePorts } from './resource-ports.ts';
import { breakerOpen, retryGroup, retryItem } from './retry-later.ts';
import { watchedOms } from './switches/watched-oms.ts';
import type { GroupResult, WorkItem, WorkResult } from './work-item.ts';
import { mapResource, remove, upsert } from './write-to-oms.ts';

/** @returns the messages that SQS delivers again; all others are acknowledged. */
export async function processBatch(
  handler: ResourceHandler,
  records: readonly QueueRecord[],
): Promise<readonly QueueRecord[]> {
  const { ports } = handler;
  const { groups, refused } = groupRecords(records, (event) => isOwn(handler, event));
  const refusedRetries = await Promise.all(refused.map((one) => deadLetterRefused(ports, one)));
  const { items, blocked } = await gate(handler, groups);
  const listed = await listResources(items);
  const results = await Promise.all([
    ...blocked.map(({ group, error }) => retryGroup(ports, group, toFailure(error))),
    ...items.map((item) => processItem(item, listed)),
  ]);
  return [...refusedRetries.flat(), ...(await finishBatch(ports, results))];
}

/** One work item through all its steps. Never throws. */
async function processItem(item: WorkItem, listed: Listed): Promise<GroupResult> {
  const startedAt = item.ports.clock();
  try {
    return { group: item.group, result: await bringToOms(item, listed), startedAt };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.code === 'INTERNAL') reportBug(item.ports, error);
    return failure.failureClass === 'permanent'
      ? deadLetterItem(item, failure, startedAt)
      : retryItem(item, failure);
  }
}

async function bringToOms(item: WorkItem, listed: Listed): Promise<WorkResult> {
  const { start } = item;
  if (start.step === 'give-up')
    throw new ConnectorError({ failureClass: 'permanent', code: start.code }, 'Given up.');
  if (start.step === 'delete') return remove(item, start.erase);
  if (start.step === 'fetch' || start.step === 'use-body') {
    const current = await currentResource(item, listed);
    if (current) return upsert(item, mapResource(item, current));
  }
  return endWithoutCommit(item);
}

/** Decides steps 1 and 2 from the switches and the sync records. A group that cannot be decided is blocked: it is retried. */
async function gate(handler: ResourceHandler, groups: readonly Group[]) {
  if (groups.length === 0) return { items: [], blocked: [] };
  const { definition, ports } = handler;
  const keyed = groups.map((group) => ({ group, key: stateKey(ports, group) }));
  const state = await readState(
    ports,
    keyed.map(({ key }) => key),
  );
  if ('error' in state) return { items: [], blocked: groups.map((group) => ({ group, error: state.error })) };
  const { switches, rows } = state;
  const isPreparing = switches.mode === 'prepare';
  const { mapperVersion } = definition;
  const protocol = { settings: ports.delivery, mapperVersion, now: ports.clock(), isPreparing };
  const shared = {
    definition,
    ports,
    protocol,
    // Outages of the OMS open the breaker, even if the handler catches them.
    context: { ...contextOf(handler), services: watchedOms(ports) },
    mayBeRecorded: isPreparing || switches.mayBeRecorded === true,
  };
  const unread = keyed.filter(({ key }) => !rows.has(key.id));
  const items = keyed
    .filter(({ key }) => rows.has(key.id))
    .map(({ group, key }): WorkItem => {
      const row = rows.get(key.id);
      return { ...shared, group, key, row, start: decideStart(group.work, row, protocol) };
    });
  return { items, blocked: unread.map(({ group }) => ({ group, error: unreadKey() })) };
}

/** While the breaker is open, the sync records are not read. */
async function readState({ switches, store }: ResourcePorts, keys: readonly StateKey[]) {
  try {
    const current = await switches.read();
    if (current.breaker?.state === 'open') throw breakerOpen();
    return { switches: current, rows: await store.read(keys) };
  } catch (error) {
    return { error };
  }
}

/** The handler may only write resources of its own type and project. */
function isOwn({ definition, ports }: ResourceHandler, { resource, projectKey }: ResourceEvent): boolean {
  return resource.typeId === definition.resourceType && projectKey === ports.projectKey;
}

function stateKey({ handlerId, projectKey }: ResourcePorts, { work }: Group): StateKey {
  const { typeId, id } = work.event.resource;
  return { handlerId, projectKey, resourceType: typeId, id };
}

function reportBug({ log, handlerId }: ResourcePorts, error: unknown): void {
  const bug = error instanceof ConnectorError ? (error.cause ?? error) : error;
  log.error({ code: 'INTERNAL', errorName: bug instanceof Error ? bug.name : typeof bug, place: handlerId });
}
