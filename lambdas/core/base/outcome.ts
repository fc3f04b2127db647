/** The result of a notification. A notification without an outcome still waits. */
export const outcomes = [
  'synced',
  'unchanged',
  'superseded',
  'collapsed',
  'filtered',
  'skipped',
  'deleted',
  'absent',
  'failed',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Why a notification was filtered. */
export type FilterReason = 'no-route' | 'inclusion-filter' | 'foreign-project' | 'test-notification';

/** The log line of an outcome. It contains no value of the payload. */
export interface OutcomeRecord {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly resourceType?: string;
  readonly id?: string;
  readonly version?: number;
  readonly traceId?: string;
  readonly durationMs?: number;
}
