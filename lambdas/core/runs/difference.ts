import * as z from 'zod/mini';

/** Result of comparing one resource; docs/runs.md explains each class. */
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

/** Classes that a reconcile can repair. An orphan has no source, so it is only reported. */
export const repairClass = z.enum(['source-ahead', 'missing', 'edited']);
export type RepairClass = z.infer<typeof repairClass>;

/** One resource of a reconcile's or sweep's report, stored if it is not in sync. Holds field names, never values. */
export interface Difference {
  readonly id: string;
  readonly class: DifferenceClass;
  readonly sourceVersion?: number;
  /** Version in the sync record. */
  readonly writtenVersion?: number;
  /** The mapped fields that differ. */
  readonly fields?: readonly FieldDifference[];
  /** Username of an orphan in the OMS, if it consists of ids only. */
  readonly ref?: string;
  /** Why it could not be compared. */
  readonly code?: string;
  readonly queued?: boolean;
}

export interface FieldDifference {
  readonly field: string;
  /** The side that changed since the last write: `oms` means by hand, `unknown` that the written value is not known. */
  readonly changed: 'source' | 'oms' | 'both' | 'unknown';
}
