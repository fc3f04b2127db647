import { ConnectorError, toFailure } from '../../core/base/errors.ts';
import { contentHash } from '../../core/base/hash.ts';
import { contentFields, fieldHashes } from '../../core/delivery/field-hashes.ts';
import type { Customs } from '../../core/delivery/ports/state-store.ts';
import { maySkipWrite } from '../../core/delivery/protocol.ts';
import { gapOf } from '../../core/delivery/version-chain.ts';
import { commit, type Written } from './commit.ts';
import { knownOf } from './known-record.ts';
import { type Current, parseSource } from './read-source.ts';
import type { Mapped, Warning } from './resource-definition.ts';
import type { WorkItem, WorkResult } from './work-item.ts';

/** Largest `customs` of a handler, in bytes of JSON: a larger sync record would cost more per write. */
const MAX_CUSTOMS_BYTES = 4_096;

/** The mapped resource, with what a commit stores of it. */
export interface Content extends Omit<Written, 'ref' | 'customs'> {
  readonly mapped: Mapped;
}

export function mapResource({ definition, context, key }: WorkItem, { body, version }: Current): Content {
  const mapped = definition.map(parseSource(definition.source, body), context);
  return {
    mapped,
    version,
    hash: contentHash(mapped.content),
    mapperVersion: definition.mapperVersion,
    fieldHashes: fieldHashes(key.id, contentFields(mapped.content)),
  };
}

export async function upsert(item: WorkItem, { mapped, ...content }: Content): Promise<WorkResult> {
  const { definition, context, group, row } = item;
  countGap(item);
  if (maySkipWrite(group.work, row, content))
    return commit(item, { outcome: 'unchanged', reason: 'equal-content' }, { ...content, ref: row?.ref });
  return withOmsCalled(async () => {
    const { ref, action, customs, warnings } = await definition.upsert(mapped.model, knownOf(item), context);
    warn(item, [...mapped.warnings, ...warnings]);
    const kept = withinLimit(item, customs);
    return commit(item, { outcome: 'synced', reason: action }, { ...content, ref, customs: kept });
  });
}

export function remove(item: WorkItem, erase: boolean): Promise<WorkResult> {
  const { definition, context, group, row, protocol } = item;
  return withOmsCalled(async () => {
    const deletion = { erase, at: new Date(protocol.now) };
    const { action, warnings } = await definition.remove(deletion, knownOf(item), context);
    warn(item, warnings);
    const version = Math.max(group.work.event.version, row?.version ?? 0);
    return commit(item, { outcome: 'deleted', reason: action }, { version, erased: erase, warnings });
  });
}

/** An unexpected exception is ambiguous from here on: the call to the OMS may have taken effect. */
async function withOmsCalled<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConnectorError) throw error;
    throw new ConnectorError(toFailure(error, true), 'Unexpected exception.', { cause: error });
  }
}

/** Counts a version whose notification never came. On the first receive only, so that retries do not count it again. */
function countGap({ ports, group, row }: WorkItem): void {
  if (group.work.receives === 1 && gapOf(group.work, row) !== undefined) ports.metrics.count('VersionGaps');
}

function withinLimit({ ports }: WorkItem, customs: Customs | undefined): Customs | undefined {
  if (!customs || Buffer.byteLength(JSON.stringify(customs)) <= MAX_CUSTOMS_BYTES) return customs;
  ports.log.error({ code: 'CUSTOMS_TOO_LARGE', errorName: 'CustomsTooLarge', place: ports.handlerId });
  ports.metrics.count('Warnings');
  return undefined;
}

function warn({ ports, key }: WorkItem, warnings: readonly Warning[]): void {
  for (const warning of warnings) ports.log.warning({ ...warning, id: key.id });
  ports.metrics.count('Warnings', warnings.length);
}
