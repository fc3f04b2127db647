import * as z from 'zod/mini';
import { moment, resourceId } from '../delivery/notification.ts';
import { type Difference, type DifferenceClass, repairClass } from './difference.ts';

/**
 * A run is a pass over many resources of one handler: it lists them at the source and puts work into the handler's own
 * FIFO queue. Nothing here writes to the OMS.
 * - full: every resource (or those modified in a window), with its body inline.
 * - incremental: what was modified since the watermark and is newer than its state row. The first one is always full.
 * - ids: the named resources.
 * - reconcile: compares the source with the rows, or with the OMS field by field; reports, and queues the classes of `repair`.
 * - sweep: looks for resources that the source has deleted without our being told.
 * - retry: a group of failures once more.
 */
export const runModes = ['full', 'incremental', 'ids', 'reconcile', 'sweep', 'retry'] as const;
export const runMode = z.enum(runModes);
export type RunMode = z.infer<typeof runMode>;

/** `preparing`: hooks and planning; nothing was sent yet. */
export const runStatuses = ['preparing', 'running', 'paused', 'finished', 'failed', 'cancelled'] as const;
export const runStatus = z.enum(runStatuses);
export type RunStatus = z.infer<typeof runStatus>;

/** Highest number of ids of an `ids` run; more is a window or a full run. */
export const MAX_IDS = 1_000;

/** What was asked for. Times are ISO 8601, UTC; windows are `from <= lastModifiedAt < to`. */
export const runOptions = z.object({
  from: z.optional(moment),
  to: z.optional(moment),
  ids: z.optional(z.array(resourceId).check(z.minLength(1), z.maxLength(MAX_IDS))),
  /** Write whatever the rows say: repairs what was changed by hand in the OMS. */
  force: z.optional(z.boolean()),
  /** false: messages carry ids only, and the handler reads each resource itself. */
  inlineBody: z.optional(z.boolean()),
  /** Of a reconcile: `versions` compares with the state rows, `oms` reads every resource in the OMS too. */
  compare: z.optional(z.enum(['versions', 'oms'])),
  repair: z.optional(z.array(repairClass)),
  /** Of a sweep: report only. */
  dryRun: z.optional(z.boolean()),
  /** Of a retry: the failure group. */
  group: z.optional(z.string().check(z.regex(/^[\w.:-]{1,200}$/))),
});
export type RunOptions = z.infer<typeof runOptions>;

/**
 * Where a run stands. Only ever moves forward, by compare-and-set: `page` grows by one with every page that was sent
 * whole, so the page in hand is `page + 1`. `after` is the key of the last listed resource inside `stage`.
 */
export interface RunCursor {
  readonly page: number;
  /** Of what is being listed: a compare run lists the source first, then the OMS; a sweep looks twice. */
  readonly stage: 'source' | 'oms' | 'confirm' | 'done';
  readonly after?: string;
  /** The page may not be looked at before this time, milliseconds since the epoch. */
  readonly notBefore?: number;
}

/** Counted by the feeder; moves with the cursor. */
export interface RunCounts {
  /** Resources that the source (or the table, the group, the list) gave. */
  readonly listed: number;
  /** Entries of the plan: what was put into the queue. */
  readonly planned: number;
  /** By class, of a reconcile or a sweep. */
  readonly classes: Readonly<Partial<Record<DifferenceClass, number>>>;
}

export interface Run {
  /** UUID version 7: sorts by time. */
  readonly id: string;
  readonly handler: string;
  readonly mode: RunMode;
  readonly status: RunStatus;
  /** Why the mode is not the one asked for: `first`. */
  readonly reason?: string;
  /** Why it has this status: who paused or cancelled it, the code of its failure. */
  readonly statusReason?: string;
  /** Who started it: `schedule:reconcile`, `watchdog`, `catch-up`, `operator:<name of the caller>`, `catch-up:<name of the caller>`. */
  readonly startedBy: string;
  readonly options: RunOptions;
  /** The window of this run, fixed at its start; milliseconds since the epoch. Absent = everything. */
  readonly window?: { readonly from?: number; readonly to?: number };
  readonly cursor: RunCursor;
  readonly counts: RunCounts;
  /** Resources a second that the feeder may put into the queue; absent = as fast as the queue drains. */
  readonly ratePerSecond?: number;
  /** Somebody changed its rate or paused it: how long it took says nothing of what the handler can do. */
  readonly wasSlowed?: true;
  /** The last page that sent anything: when, in milliseconds since the epoch, and how much. Under a rate the next one is due by it. */
  readonly lastSent?: { readonly at: number; readonly count: number };
  /** What the source said at the first page, where it was asked. */
  readonly expected?: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly endedAt?: number;
  /** When the last page was sent; the run then waits for its last outcomes, for a while. */
  readonly sentAt?: number;
  /** How often its tick has waited; absent = never. Of two ticks that want to wait at once, one goes on. */
  readonly waits?: number;
  /** Why it waits now: the code of what did not answer, or QUEUE_FULL; absent while it waits for its time only. */
  readonly waitCode?: string;
  /** Hooks that were taken: `<hook>/<handler>`. */
  readonly hooksTaken: readonly string[];
}

/** One message of a plan. Its position on the page is the position of its outcome: entry `<page>/<index>`. */
export interface PlannedEntry {
  readonly id: string;
  /** Version that the message announces; 0 only for a delete that nobody announced. */
  readonly version: number;
  readonly kind: 'UPSERT' | 'DELETE';
  readonly dataErasure?: boolean;
}

/** Where a page leads: what `advance` writes once its messages were sent. */
export interface RunProgress {
  readonly cursor: RunCursor;
  readonly counts: RunCounts;
  readonly expected?: number;
  /** Messages that were sent for it; absent = none. */
  readonly sent?: number;
}

/**
 * A page, decided once: whoever decides first decides for all, so a repeated page sends the same resources at the same
 * positions, reports the same and leads to the same place.
 */
export interface RunPage {
  readonly runId: string;
  readonly page: number;
  /** At most 500. */
  readonly entries: readonly PlannedEntry[];
  readonly differences: readonly Difference[];
  readonly progress: RunProgress;
}

/** Ends of a run's entries. What is planned and in none of them is pending. */
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

/** May follow. What is not listed is refused: a run that ended stays ended. */
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
