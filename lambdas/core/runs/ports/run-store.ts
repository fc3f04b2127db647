import type { Page } from '../../base/page.ts';
import type { Difference, DifferenceClass } from '../difference.ts';
import type { EntryCounts, EntryOutcome, Run, RunPage, RunProgress, RunStatus } from '../run.ts';

/**
 * Runs, their plan, the ends of their entries and their reports. Every method throws a ConnectorError of class `retry` when
 * the store cannot answer; every write may be repeated.
 */
export interface RunStore {
  /**
   * Takes the run lock of the handler and writes the row, both or neither. The lock belongs to the run until it ends: paused or
   * slow, no other run of that handler begins. `busy`: another run has it.
   */
  create(run: Run): Promise<{ answer: 'created' } | { answer: 'busy'; runId: string }>;
  read(runId: string): Promise<Run | undefined>;
  /** Newest first. */
  list(query: { limit: number; after?: string }): Promise<Page<Run>>;
  /** All runs that have not ended: at most one of each handler. */
  open(): Promise<readonly Run[]>;
  /**
   * Moves the cursor from exactly this page and stage, while the run is `preparing` or `running`. `stale`: another tick did,
   * or the run was paused or ended. Sets `sentAt` with the stage `done`, and `lastSent` if anything was sent.
   */
  advance(run: Pick<Run, 'id' | 'cursor'>, to: RunProgress): Promise<'advanced' | 'stale'>;
  /** Conditional on the status it has. The reason is that of this status; that of the last one is forgotten. A pause sets `wasSlowed`; ending statuses set `endedAt`, free the lock and set the TTL (365 d). */
  setStatus(
    run: Pick<Run, 'id' | 'handler' | 'status'>,
    to: RunStatus,
    reason?: string,
  ): Promise<'changed' | 'refused'>;
  /**
   * A sign of life of a run that waits: raises `waits` from exactly this number, and sets `updatedAt` and `waitCode`, which the
   * next page and the next status forget. `stale`: another tick of the run waits already.
   */
  wait(run: Pick<Run, 'id' | 'waits'>, waitCode?: string): Promise<'waiting' | 'stale'>;
  /** Notes `<hook>/<handler>` in `hooksTaken`. */
  noteHook(runId: string, hook: string): Promise<void>;
  /** Sets `wasSlowed` too. */
  setRate(runId: string, ratePerSecond: number | undefined): Promise<void>;

  /**
   * The plan of a page: exists before its first message. Answers the plan that holds: the first one that was given for this run
   * and page, whoever comes second.
   */
  plan(page: RunPage): Promise<RunPage>;
  planned(runId: string, page: number): Promise<RunPage | undefined>;
  /** Ends of entries of one page; repeating one changes nothing. Called by handlers before they acknowledge. */
  recordEntries(
    runId: string,
    page: number,
    ends: Readonly<Partial<Record<EntryOutcome, readonly number[]>>>,
  ): Promise<void>;
  /** Exact: an entry that ended more than once counts by the first of `entryOutcomes` that it is in. */
  entryCounts(runId: string): Promise<EntryCounts>;
  /** Entries with that end, page by page. */
  entries(
    runId: string,
    query: { outcome: EntryOutcome | 'pending'; limit: number; after?: string },
  ): Promise<Page<{ id: string; entry: string }>>;

  /** Puts or replaces the rows of a report, by class and id. */
  report(runId: string, differences: readonly Difference[]): Promise<void>;
  reported(
    runId: string,
    query: { class?: DifferenceClass; limit: number; after?: string },
  ): Promise<Page<Difference>>;
}
