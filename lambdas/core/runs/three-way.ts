import { equalsWritten, equalValues, type Fields } from '../delivery/field-hashes.ts';
import type { StateRow } from '../delivery/ports/state-store.ts';
import type { InspectedField, InspectedResource } from './handler-request.ts';

/** One resource on three sides: what the source gives now, what was last written, what the OMS holds now. */
export interface ThreeSides {
  readonly id: string;
  /** Mapped source fields as an update would leave them. What an update does not touch is missing. */
  readonly expected: Fields;
  readonly oms: Fields;
  readonly row: StateRow | undefined;
  /** Hash of the mapped content of now. */
  readonly hash: string;
}

export type Changed = InspectedField['changed'];

/** The fields whose values differ, and which side moved away from what was written. */
export function differingFields(sides: ThreeSides): { readonly field: string; readonly changed: Changed }[] {
  return [...sides.expected]
    .filter(([field, value]) => !equalValues(value, sides.oms.get(field)))
    .map(([field, value]) => ({ field, changed: movedSide(sides, field, value) }));
}

function movedSide({ id, oms, row, hash }: ThreeSides, field: string, value: unknown): Changed {
  const written = row?.fieldHashes;
  // Without hashes per field, the whole content may still be what was written: then the OMS moved.
  if (written === undefined) return row?.hash === hash ? 'oms' : 'unknown';
  const isSourceAsWritten = equalsWritten({ id, hashes: written }, field, value);
  const isOmsAsWritten = equalsWritten({ id, hashes: written }, field, oms.get(field));
  if (isSourceAsWritten && isOmsAsWritten) return 'unknown';
  if (isSourceAsWritten) return 'oms';
  return isOmsAsWritten ? 'source' : 'both';
}

/**
 * What a comparison calls it. Set aside and not well since: `failed`, unless the source has something newer to try. Behind the
 * source: `source-ahead`. As the source was when it was written, and other than that in the OMS: `edited`.
 */
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
  const hasMoved = differences.some(({ changed }) => changed === 'source' || changed === 'both');
  return hasMoved || sourceVersion > (row?.version ?? 0) ? 'source-ahead' : 'edited';
}
