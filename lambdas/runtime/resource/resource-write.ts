import { ConnectorError } from '../../core/base/errors.ts';
import { contentHash } from '../../core/base/hash.ts';
import type { Outcome } from '../../core/base/outcome.ts';
import { contentFields, fieldHashes } from '../../core/delivery/field-hashes.ts';
import type { Change } from '../../core/delivery/pending-change.ts';
import { type Customs, relinkedRow } from '../../core/delivery/ports/state-store.ts';
import { maySkipWrite } from '../../core/delivery/protocol.ts';
import { receiptSubject } from '../../core/delivery/receipt-subject.ts';
import { gapOf, gapToStore, isLateArrival } from '../../core/delivery/version-chain.ts';
import type { Item, ResourcePorts } from './resource-batch.ts';
import type { Known, Removed, ResourceDefinition, Warning } from './resource-definition.ts';
import type { End, Progress } from './resource-ends.ts';
import { listAgain, resolveFailure } from './resource-failure.ts';
import { knownRow, recentWith } from './resource-row.ts';
import { currentResource, type Fetched, readSource } from './resource-source.ts';

/** A handler's own memory of a resource, in bytes of JSON. */
const MAX_CUSTOMS_BYTES = 4_096;

/** Steps 3 to 5 of the protocol for one resource. Answers how it ended; throws what the exits judge. */
export async function bringToOms<Source, Model, Settings>(
  definition: ResourceDefinition<Source, Model, Settings>,
  ports: ResourcePorts,
  item: Item<Settings>,
  fetched: Fetched,
  progress: Progress,
): Promise<End> {
  const { start } = item;
  if (start.step === 'superseded') return superseded(ports, item);
  if (start.step === 'skipped') return skipExcluded(ports, item);
  if (start.step === 'record') return record(ports, item);
  if (start.step === 'give-up')
    throw new ConnectorError({ failureClass: 'permanent', code: start.code }, 'Given up.');
  if (start.step === 'delete') return remove(definition, ports, item, progress);
  const current = await currentResource(definition, ports, item, fetched);
  if (!current) return { outcome: 'absent', reason: 'not-at-source' };

  const { model, content, warnings } = definition.map(readSource(definition.source, current), {
    settings: item.settings,
    projectKey: ports.projectKey,
  });
  const commit = {
    version: current.version,
    hash: contentHash(content),
    mapperVersion: definition.mapperVersion,
    fieldHashes: fieldHashes(item.key.id, contentFields(content)),
    ...chainOf(ports, item),
    // A delete or an erasure that was set aside is not made good by an upsert.
    ...(item.row?.failure?.wants && { keepsFailure: true as const }),
  };
  const memory = (end: End & { outcome: Outcome }) => ({
    recent: recentWith(ports, item, { ...end, version: commit.version }),
  });
  if (maySkipWrite(item.group.work, item.row, commit.hash, item.context)) {
    const end = { outcome: 'unchanged', reason: 'equal-content' } as const;
    await dealWithFailure(ports, item);
    await clearOvertaken(ports, item, { version: commit.version, kind: 'UPSERT' });
    const ref = item.row?.ref;
    const answer = await ports.store.commitSynced(item.key, {
      ...commit,
      ...memory(end),
      ...(ref !== undefined && { ref }),
    });
    if (answer === 'relinked') throw relinkedRow();
    return end;
  }
  progress.omsWasCalled = true;
  const upserted = await definition.upsert(ports.services, model, knownOf(ports, item), item.settings);
  warn(ports, item, [...warnings, ...upserted.warnings]);
  const customs = keepable(ports, upserted.customs);
  const end = { outcome: 'synced', reason: upserted.how } as const;
  await dealWithFailure(ports, item);
  await clearOvertaken(ports, item, { version: commit.version, kind: 'UPSERT' });
  const answer = await ports.store.commitSynced(item.key, {
    ...commit,
    ...memory(end),
    ref: upserted.ref,
    ...(customs && { customs }),
  });
  if (answer === 'committed') return end;
  if (answer === 'relinked') throw relinkedRow();
  // Nobody else writes this resource while we hold its group: stop here and be seen, never write on.
  throw new ConnectorError(
    { failureClass: 'permanent', code: 'INVARIANT' },
    'The row moved while its group was locked.',
  );
}

/** An upsert makes good what an upsert was. */
function dealWithFailure(ports: ResourcePorts, item: Item<unknown>): Promise<void> {
  return item.row?.failure?.wants ? listAgain(ports, item) : resolveFailure(ports, item);
}

async function remove<Source, Model, Settings>(
  definition: ResourceDefinition<Source, Model, Settings>,
  ports: ResourcePorts,
  item: Item<Settings>,
  progress: Progress,
): Promise<End> {
  const erase = item.start.step === 'delete' && item.start.erase;
  const gone = { id: item.key.id, erase, at: new Date(item.context.now) };
  progress.omsWasCalled = true;
  const removed = await definition.remove(ports.services, gone, knownOf(ports, item), item.settings);
  warn(ports, item, removed.warnings);
  const version = Math.max(item.group.work.event.version, item.row?.version ?? 0);
  const end = { outcome: 'deleted', reason: removed.how } as const;
  await resolveFailure(ports, item);
  // Who is deleted is deleted: of what was recorded, only an erasure is still to be done.
  await clearOvertaken(ports, item, { version: Number.MAX_SAFE_INTEGER, kind: 'DELETE' });
  // It leaves the list of those taken out, too.
  if (item.row?.isSkipped) await ports.store.setSkipped(item.key, false);
  if (erase) await leaveNothing(ports, item, removed);
  const recent = recentWith(ports, item, { ...end, version });
  await ports.store.commitDeleted(item.key, { version, erased: erase, recent });
  return end;
}

/**
 * What was recorded of the resource goes, a receipt says what was done, and copies are looked for from then on. Before the commit: whatever crashes in between,
 * the erasure comes back and does it once more.
 */
async function leaveNothing(
  ports: ResourcePorts,
  { key, group }: Item<unknown>,
  removed: Removed,
): Promise<void> {
  const everything = { version: Number.MAX_SAFE_INTEGER, kind: 'DELETE', dataErasure: true } as const;
  await ports.pending.clear(key, everything);
  const incomplete = removed.warnings.filter(({ code }) => code === 'ERASURE_INCOMPLETE');
  await ports.receipts.put({
    subject: receiptSubject(key),
    erasedAt: ports.clock(),
    how: removed.how,
    traceId: group.work.event.traceId,
    incomplete: incomplete.map(({ field }) => field),
  });
  await ports.erased.add(key);
}

/**
 * What was recorded and is in the OMS by now waits for nobody any more. Before the commit, as a failure is resolved; a write of its own
 * only while something is recorded at all.
 */
async function clearOvertaken(
  { pending }: ResourcePorts,
  { key, mayBeRecorded }: Item<unknown>,
  done: Change,
): Promise<void> {
  if (mayBeRecorded) await pending.clear(key, done);
}

function superseded({ metrics }: ResourcePorts, { group, row }: Item<unknown>): End {
  if (isLateArrival(group.work, row)) metrics.count('LateArrivals');
  return { outcome: 'superseded', reason: 'version-gate' };
}

/** Taken out: what was announced is noted, so that nothing older follows it when the resource is set back. */
async function skipExcluded({ store }: ResourcePorts, { key, group, row }: Item<unknown>): Promise<End> {
  const { version } = group.work.event;
  if (version > Math.max(row?.version ?? 0, row?.skippedVersion ?? 0)) await store.noteSkipped(key, version);
  return { outcome: 'skipped', reason: 'operator' };
}

/** Prepare mode: one item a resource. What is merged with a recorded one ends here, the first one waits. */
async function record({ pending }: ResourcePorts, { key, group }: Item<unknown>): Promise<End> {
  const { version, kind } = group.work.event;
  const answer = await pending.record(key, { version, kind });
  return answer === 'recorded'
    ? { outcome: 'recorded', reason: 'prepare' }
    : { outcome: 'collapsed', reason: 'prepare' };
}

/** Was a predecessor never seen? Counted, and noted with the commit in case it comes after all. */
function chainOf({ metrics }: ResourcePorts, { group, row }: Item<unknown>): { readonly gap?: number } {
  const gap = gapOf(group.work, row);
  // Once, however often it is tried.
  if (gap !== undefined && group.work.receives === 1) metrics.count('VersionGaps');
  return gapToStore(gap, row);
}

function knownOf({ store }: ResourcePorts, { row, key, group }: Item<unknown>): Known {
  // Who forces a write does not believe the row: it may come from a backup, or the OMS was changed by hand.
  const isBelieved = group.work.receives === 1 && group.work.event.force !== true;
  return {
    ...knownRow(row, isBelieved),
    reserve: (ref) => store.reserveRef(key, ref),
  };
}

function keepable(ports: ResourcePorts, customs: Customs | undefined): Customs | undefined {
  if (!customs || Buffer.byteLength(JSON.stringify(customs)) <= MAX_CUSTOMS_BYTES) return customs;
  ports.log.error({ code: 'CUSTOMS_TOO_LARGE', errorName: 'CustomsTooLarge', place: ports.handlerId });
  ports.metrics.count('Warnings');
  return undefined;
}

function warn({ log, metrics }: ResourcePorts, item: Item<unknown>, warnings: readonly Warning[]): void {
  for (const warning of warnings) log.warning({ ...warning, id: item.key.id });
  metrics.count('Warnings', warnings.length);
}
