import * as z from 'zod/mini';

/** What a reconcile finds of one resource. `unmappable`: the source body cannot be mapped, so there is nothing to compare. */
export const differenceClasses = [
  'in-sync',
  'source-ahead',
  'missing',
  'orphan',
  'edited',
  'unmappable',
  'failed',
] as const;
export const differenceClass = z.enum(differenceClasses);
export type DifferenceClass = z.infer<typeof differenceClass>;

/** Classes that a repair can queue: an orphan has no source to bring to the OMS, it is only reported. */
export const repairClass = z.enum(['source-ahead', 'missing', 'edited']);
export type RepairClass = z.infer<typeof repairClass>;

/** One resource of a reconcile's or sweep's report; kept for everything that is not in sync. No values, only names of fields. */
export interface Difference {
  readonly id: string;
  readonly class: DifferenceClass;
  readonly sourceVersion?: number;
  /** Version that the state row says was written. */
  readonly writtenVersion?: number;
  /** Mapped fields that differ: which side changed since the last write. */
  readonly fields?: readonly FieldDifference[];
  /** The username in the OMS of an orphan, if it is made of ids alone. */
  readonly ref?: string;
  /** Why it could not be compared. */
  readonly code?: string;
  readonly queued?: boolean;
}

export interface FieldDifference {
  readonly field: string;
  /** `source`: changed at the source since the last write; `oms`: by hand; `both`; `unknown`: what was written is not known. */
  readonly changed: 'source' | 'oms' | 'both' | 'unknown';
}
