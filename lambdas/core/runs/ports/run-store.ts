import type { Page } from '../../base/page.ts';
import type { Difference, DifferenceClass } from '../difference.ts';
import type { EntryCounts, EntryOutcome, Run, RunPage, RunProgress, RunStatus } from '../run.ts';

/**
 * Runs with their plans, outcomes and reports. Every method throws a ConnectorError of class `retry` if the store does not answer;
 * every write may be repeated.
 */
export interface RunStore {
  /**
   * Acquires the run lock of the handler and writes the run, both or neither. The run keeps the lock until it ends, also while it
   * is paused. `busy`: another run has the lock.
   */
  create(run: Run): Promise<{ answer: 'created' } | { answer: 'busy'; runId: string }>;
  read(runId: string): Promise<Run | undefined>;
  /** Newest first. */
  list(query: { limit: number; after?: string }): Promise<Page<Run>>;
  /** All runs that have not ended: at most one per handler. */
  open(): Promise<readonly Run[]>;
  /**
   * Moves the cursor from exactly this page and stage, while the run is `preparing` or `running`. `stale`: another step moved it,
   * or the run was paused or ended. Sets `sentAt` with the stage `done`, and `lastSent` if anything was sent.
   */
  advance(run: Pick<Run, 'id' | 'cursor'>, to: RunProgress): Promise<'advanced' | 'stale'>;
  /**
   * Conditional on the current status; replaces the reason. A pause sets `wasSlowed`. An ending status sets `endedAt` and the TTL
   * (365 d) and releases the lock.
   */
  setStatus(
    run: Pick<Run, 'id' | 'handler' | 'status'>,
    to: RunStatus,
    reason?: string,
  ): Promise<'changed' | 'refused'>;
  /**
   * Shows that a waiting run is not stuck: raises `waits` from exactly this number and sets `updatedAt` and `waitCode`, which the
   * next page and the next status remove. `stale`: another copy of the queue message already waits.
   */
  wait(run: Pick<Run, 'id' | 'waits'>, waitCode?: string): Promise<'waiting' | 'stale'>;
  /** Adds `<hook>/<handler>` to `hooksTaken`. */
  noteHook(runId: string, hook: string): Promise<void>;
  /** Also sets `wasSlowed`. */
  setRate(runId: string, ratePerSecond: number | undefined): Promise<void>;

  /** Stores the plan of a page unless one exists, and answers the stored plan. Called before the first message is sent. */
  plan(page: RunPage): Promise<RunPage>;
  planned(runId: string, page: number): Promise<RunPage | undefined>;
  /** Adds outcomes of one page, by position. Handlers call it before they acknowledge. */
  recordEntries(
    runId: string,
    page: number,
    outcomes: Readonly<Partial<Record<EntryOutcome, readonly number[]>>>,
  ): Promise<void>;
  /** Exact: an entry with several outcomes counts once, as the first of `entryOutcomes`. */
  entryCounts(runId: string): Promise<EntryCounts>;
  /** Entries with that outcome, page by page. */
  entries(
    runId: string,
    query: { outcome: EntryOutcome | 'pending'; limit: number; after?: string },
  ): Promise<Page<{ id: string; entry: string }>>;

  /** Adds or replaces report items, by class and id. */
  report(runId: string, differences: readonly Difference[]): Promise<void>;
  reported(
    runId: string,
    query: { class?: DifferenceClass; limit: number; after?: string },
  ): Promise<Page<Difference>>;
}
