import { equalsWritten, equalValues, type Fields } from '../delivery/field-hashes.ts';
import type { StateRow } from '../delivery/ports/state-store.ts';
import type { InspectedField, InspectedResource } from './handler-request.ts';

/** One resource on three sides: source now, last write, OMS now. */
export interface ThreeSides {
  readonly id: string;
  /** The mapped source fields that an update would write. */
  readonly expected: Fields;
  readonly oms: Fields;
  readonly row: StateRow | undefined;
  /** Hash of the content as mapped now. */
  readonly hash: string;
}

export type Changed = InspectedField['changed'];

/** The fields that differ, and the side that changed since the last write. */
export function differingFields(sides: ThreeSides): { readonly field: string; readonly changed: Changed }[] {
  return [...sides.expected]
    .filter(([field, value]) => !equalValues(value, sides.oms.get(field)))
    .map(([field, value]) => ({ field, changed: changedSide(sides, field, value) }));
}

function changedSide({ id, oms, row, hash }: ThreeSides, field: string, value: unknown): Changed {
  const written = row?.fieldHashes;
  // Without field hashes: if the source content is as written, the OMS changed.
  if (written === undefined) return row?.hash === hash ? 'oms' : 'unknown';
  const isSourceAsWritten = equalsWritten({ id, hashes: written }, field, value);
  const isOmsAsWritten = equalsWritten({ id, hashes: written }, field, oms.get(field));
  if (isSourceAsWritten && isOmsAsWritten) return 'unknown';
  if (isSourceAsWritten) return 'oms';
  return isOmsAsWritten ? 'source' : 'both';
}

/** `failed` only if the failure is at this source version; a newer version may succeed. `edited`: only the OMS changed. */
export function classOf(found: {
  readonly row: StateRow | undefined;
  readonly sourceVersion: number;
  readonly isInOms: boolean;
  readonly differences: readonly { readonly changed: Changed }[];
}): InspectedResource['class'] {
  const { row, sourceVersion, isInOms, differences } = found;
  if (isInOms && differences.length === 0) return 'in-sync';
  if (row?.failure && row.failure.version >= sourceVersion) return 'failed';
  if (!isInOms) return 'missing';
  const hasSourceChanged = differences.some(({ changed }) => changed === 'source' || changed === 'both');
  return hasSourceChanged || sourceVersion > (row?.version ?? 0) ? 'source-ahead' : 'edited';
}
