/** How one notification ended. What has not ended is waiting. */
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

/** Why a notification was kept out. */
export type FilterReason = 'no-route' | 'inclusion-filter' | 'foreign-project' | 'test-notification';

/** One log line: what is known of an end, without any value of the payload. */
export interface OutcomeRecord {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly resourceType?: string;
  readonly id?: string;
  readonly version?: number;
  readonly traceId?: string;
  readonly durationMs?: number;
}
