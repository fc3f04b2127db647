import * as z from 'zod/mini';
import { moment, resourceId } from '../delivery/notification.ts';
import { type Difference, type DifferenceClass, repairClass } from './difference.ts';

/**
 * A run lists many resources of one handler and sends messages to the handler's FIFO queue. It never writes to the OMS.
 * - full: every resource, or those modified in a window, with inline bodies.
 * - incremental: resources modified since the watermark and newer than their sync record. The first one is always full.
 * - ids: the named resources.
 * - reconcile: compares the source with the sync records or the OMS, reports differences and queues the classes of `repair`.
 * - sweep: finds resources that were deleted at the source without a notification.
 * - retry: all failures of a group.
 */
export const runModes = ['full', 'incremental', 'ids', 'reconcile', 'sweep', 'retry'] as const;
export const runMode = z.enum(runModes);
export type RunMode = z.infer<typeof runMode>;

/** `preparing`: nothing has been sent yet. */
export const runStatuses = ['preparing', 'running', 'paused', 'finished', 'failed', 'cancelled'] as const;
export const runStatus = z.enum(runStatuses);
export type RunStatus = z.infer<typeof runStatus>;

/** Largest number of ids of an `ids` run. */
export const MAX_IDS = 1_000;

/** The options of the request. Times are ISO 8601, UTC; the window is `from <= lastModifiedAt < to`. */
export const runOptions = z.object({
  from: z.optional(moment),
  to: z.optional(moment),
  ids: z.optional(z.array(resourceId).check(z.minLength(1), z.maxLength(MAX_IDS))),
  /** Write even if the sync record says that nothing changed: overwrites edits in the OMS. */
  force: z.optional(z.boolean()),
  /** false: messages carry ids only, and the handler reads each resource. */
  inlineBody: z.optional(z.boolean()),
  /** For reconcile. `versions`: with the sync records; `oms`: with every field in the OMS. */
  compare: z.optional(z.enum(['versions', 'oms'])),
  repair: z.optional(z.array(repairClass)),
  /** For sweep: report only. */
  dryRun: z.optional(z.boolean()),
  /** For retry: the failure group. */
  group: z.optional(z.string().check(z.regex(/^[\w.:-]{1,200}$/))),
});
export type RunOptions = z.infer<typeof runOptions>;

/**
 * The progress of a run. Moves only forward, by compare-and-set: `page` is the last page that was sent completely, so the page in
 * hand is `page + 1`. `after` is the key of the last listed resource inside `stage`.
 */
export interface RunCursor {
  readonly page: number;
  /** A comparison with the OMS lists the source, then the OMS; a sweep checks twice. */
  readonly stage: 'source' | 'oms' | 'confirm' | 'done';
  readonly after?: string;
  /** Earliest time of the next page, milliseconds since the epoch. */
  readonly notBefore?: number;
}

/** Written together with the cursor. */
export interface RunCounts {
  /** Resources that were listed. */
  readonly listed: number;
  /** Entries of all plans, which is what was sent. */
  readonly planned: number;
  /** Of a reconcile or a sweep. */
  readonly classes: Readonly<Partial<Record<DifferenceClass, number>>>;
}

export interface Run {
  /** UUID version 7: sorts by time. */
  readonly id: string;
  readonly handler: string;
  readonly mode: RunMode;
  readonly status: RunStatus;
  /** Why the mode differs from the requested one: `first`. */
  readonly reason?: string;
  /** The caller that paused or cancelled the run, or the code of its failure. */
  readonly statusReason?: string;
  /** `schedule:reconcile`, `watchdog`, `catch-up`, `operator:<name of the caller>` or `catch-up:<name of the caller>`. */
  readonly startedBy: string;
  readonly options: RunOptions;
  /** Fixed at the start; milliseconds since the epoch. Absent = everything. */
  readonly window?: { readonly from?: number; readonly to?: number };
  readonly cursor: RunCursor;
  readonly counts: RunCounts;
  /** Resources per second that the feeder may send; absent = as fast as the queue drains. */
  readonly ratePerSecond?: number;
  /** The rate was changed or the run was paused, so its duration does not show the speed of the handler. */
  readonly wasSlowed?: true;
  /** The last page with messages: time (milliseconds since the epoch) and number of messages. A rate counts from here. */
  readonly lastSent?: { readonly at: number; readonly count: number };
  /** The total that the source reported with the first page. */
  readonly expected?: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt?: number;
  /** When the last page was sent. */
  readonly sentAt?: number;
  /** Number of waits so far; absent = 0. Lets only one of two copies of a queue message continue. */
  readonly waits?: number;
  /** Why the run waits: an error code or QUEUE_FULL; absent if it waits only for its time. */
  readonly waitCode?: string;
  /** Accepted hooks: `<hook>/<handler>`. */
  readonly hooksTaken: readonly string[];
}

/** One message of a plan. Its outcome is stored under its position, entry `<page>/<index>`. */
export interface PlannedEntry {
  readonly id: string;
  /** Version in the message; 0 only for a delete without a known version. */
  readonly version: number;
  readonly kind: 'UPSERT' | 'DELETE';
  readonly dataErasure?: boolean;
}

/** What `advance` writes after all messages of the page were sent. */
export interface RunProgress {
  readonly cursor: RunCursor;
  readonly counts: RunCounts;
  readonly expected?: number;
  /** Number of messages; absent = none. */
  readonly sent?: number;
}

/** A page is stored before it is sent, so a repeated page sends the same resources at the same positions and reports the same. */
export interface RunPage {
  readonly runId: string;
  readonly page: number;
  /** At most 500. */
  readonly entries: readonly PlannedEntry[];
  readonly differences: readonly Difference[];
  readonly progress: RunProgress;
}

/** An entry without an outcome is pending. */
export const entryOutcomes = [
  'synced',
  'deleted',
  'unchanged',
  'superseded',
  'skipped',
  'absent',
  'failed',
] as const;
export type EntryOutcome = (typeof entryOutcomes)[number];

export type EntryCounts = Readonly<Record<EntryOutcome | 'pending', number>>;

/** Allowed next statuses. */
const moves: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  preparing: ['running', 'paused', 'failed', 'cancelled'],
  running: ['paused', 'finished', 'failed', 'cancelled'],
  paused: ['running', 'cancelled'],
  finished: [],
  failed: [],
  cancelled: [],
};

export function mayMove(from: RunStatus, to: RunStatus): boolean {
  return moves[from].includes(to);
}

export function hasEnded(status: RunStatus): boolean {
  return moves[status].length === 0;
}
