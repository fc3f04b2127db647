import { ConnectorError } from '../core/errors.ts';
import { contentHash } from '../core/hash.ts';
import type { Customs } from '../core/ports/state-store.ts';
import { maySkipWrite } from '../core/protocol.ts';
import type { Item, ResourcePorts } from './resource-batch.ts';
import type { Known, ResourceDefinition, Warning } from './resource-definition.ts';
import type { End, Progress } from './resource-ends.ts';
import { currentResource, type Fetched, readSource } from './resource-source.ts';

/** A handler's own memory of a resource, in bytes of JSON. */
const LARGEST_CUSTOMS = 4_096;

/** Steps 3 to 5 of the protocol for one resource. Answers how it ended; throws what the exits judge. */
export async function bringToOms<Source, Model, Settings>(
  definition: ResourceDefinition<Source, Model, Settings>,
  ports: ResourcePorts,
  item: Item<Settings>,
  fetched: Fetched,
  progress: Progress,
): Promise<End> {
  const { start } = item;
  if (start.step === 'superseded') return { outcome: 'superseded', reason: 'version-gate' };
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
  };
  if (maySkipWrite(item.group.work, item.row, commit.hash, item.context)) {
    await ports.store.commitSynced(item.key, commit);
    return { outcome: 'unchanged', reason: 'equal-content' };
  }
  progress.omsWasCalled = true;
  const upserted = await definition.upsert(ports.services, model, knownOf(ports, item), item.settings);
  warn(ports, item, [...warnings, ...upserted.warnings]);
  const customs = keepable(ports, upserted.customs);
  const answer = await ports.store.commitSynced(item.key, {
    ...commit,
    ref: upserted.ref,
    ...(customs && { customs }),
  });
  if (answer === 'committed') return { outcome: 'synced', reason: upserted.how };
  // Nobody else writes this resource while we hold its group: stop here and be seen, never write on.
  throw new ConnectorError(
    { failureClass: 'permanent', code: 'INVARIANT' },
    'The row moved while its group was locked.',
  );
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
  await ports.store.commitDeleted(item.key, { version, erased: erase });
  return { outcome: 'deleted', reason: removed.how };
}

function knownOf({ store }: ResourcePorts, { row, key, group }: Item<unknown>): Known {
  return {
    reserve: (ref) => store.reserveRef(key, ref),
    isConfirmed: (row?.version ?? 0) > 0,
    isExact: row?.hash !== undefined && group.work.receives === 1,
    ...(row?.ref !== undefined && { ref: row.ref }),
    ...(row?.customs && { customs: row.customs }),
  };
}

function keepable(ports: ResourcePorts, customs: Customs | undefined): Customs | undefined {
  if (!customs || Buffer.byteLength(JSON.stringify(customs)) <= LARGEST_CUSTOMS) return customs;
  ports.log.error({ code: 'CUSTOMS_TOO_LARGE', errorName: 'CustomsTooLarge', place: ports.handlerId });
  ports.metrics.count('Warnings');
  return undefined;
}

function warn({ log, metrics }: ResourcePorts, item: Item<unknown>, warnings: readonly Warning[]): void {
  for (const warning of warnings) log.warning({ ...warning, id: item.key.id });
  metrics.count('Warnings', warnings.length);
}
