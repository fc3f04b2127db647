import { ConnectorError } from '../../base/errors.ts';
import type { Outcome } from '../../base/outcome.ts';
import type { Page } from '../../base/page.ts';

/** One row per handler and resource; the columns and their conditions: docs/architecture.md, "State". */
export interface StateRow {
  /** Highest source version confirmed in the OMS; 0 = nothing confirmed yet. */
  readonly version: number;
  /** `deleted` is final. */
  readonly status: 'live' | 'deleted';
  /** Hash of the mapped model that was last confirmed; absent = unknown, always write. */
  readonly hash?: string;
  /** Mapper version that made that model. */
  readonly mapperVersion?: number;
  /** The key under which the OMS knows the resource: used when it was created, never recomputed. */
  readonly ref?: string;
  /** What the handler keeps for itself. */
  readonly customs?: Customs;
  /** The source did not show it when it was last looked for. */
  readonly missing?: Missing;
  /** On deleted rows: the erasure is done. */
  readonly erased?: boolean;
  /** Ends of the latest notifications, newest first: see `recent-outcome.ts`. */
  readonly recent?: readonly RecentOutcome[];
  /** A try that failed and will be repeated. */
  readonly waiting?: Waiting;
  /** Set aside with this code, and not well since. */
  readonly failure?: Failed;
  /** One short hash per mapped field of what was last confirmed: see `field-hashes.ts`. */
  readonly fieldHashes?: string;
  /** An operator took it out: no upsert until it is set back. */
  readonly isSkipped?: boolean;
  /** Highest version that was announced while it was taken out, if nothing as new was confirmed since. */
  readonly skippedVersion?: number;
  /** `ref` was chosen by an operator: that record may be taken over although it carries no mark. */
  readonly isLinked?: boolean;
  /** A version that was announced as the one before, and whose own notification had not been seen. */
  readonly gap?: number;
  /** When the row was last committed, seconds since the epoch. */
  readonly at?: number;
}

/** How one notification ended, in the fewest bytes: the row must stay below one write unit. */
export interface RecentOutcome {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly outcome: Outcome;
  readonly version: number;
  readonly reason: string;
}

/** The last cause, and all that was set aside since the resource was well. */
export interface Failed {
  readonly code: string;
  /** Name of the field at fault. */
  readonly field?: string;
  readonly version: number;
  /** A delete or an erasure is among it, which no upsert makes good. */
  readonly wants?: 'delete' | 'erasure';
}

export interface Waiting {
  readonly code: string;
  /** Receives so far. */
  readonly receives: number;
  /** Next try, milliseconds since the epoch. */
  readonly until: number;
}

/** A look at the source that found nothing, and the first of the unbroken row of such looks. */
export interface Missing {
  /** When that row began, milliseconds since the epoch. */
  readonly since: number;
  /** The message that made the look, and which receive of it that was. */
  readonly messageId: string;
  readonly receives: number;
}

/** Small JSON that a handler keeps per resource: 4,096 bytes at most, no personal data. */
export type Customs = { readonly [name: string]: unknown };

export interface StateKey {
  readonly handlerId: string;
  readonly projectKey: string;
  readonly resourceType: string;
  readonly id: string;
}

export interface SyncedCommit {
  readonly version: number;
  readonly hash: string;
  readonly mapperVersion: number;
  readonly ref?: string;
  /** Absent = leave what is stored. */
  readonly customs?: Customs;
  readonly fieldHashes?: string;
  /** Absent = leave what is stored. */
  readonly recent?: readonly RecentOutcome[];
  /** 0 = none is open. Absent = leave what is stored. */
  readonly gap?: number;
  /** What was set aside wants more than an upsert: it stays. */
  readonly keepsFailure?: true;
}

export interface DeletedCommit {
  readonly version: number;
  readonly erased: boolean;
  readonly recent?: readonly RecentOutcome[];
}

/** `superseded`: the row already holds a newer version, or the resource is deleted (and erased, if that was asked). */
export type CommitAnswer = 'committed' | 'superseded';
/** `relinked`: an operator chose another OMS key meanwhile; what was written stands under the wrong one. */
export type SyncedAnswer = CommitAnswer | 'relinked';

/** Taken out by an operator. */
export interface Skipped {
  readonly resourceType: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Every method throws a ConnectorError of class `retry` when the store cannot answer. Times are the store's own clock port. */
export interface StateStore {
  /**
   * Strongly consistent read of up to 100 keys, by resource id. A row that does not exist is `undefined`; a key that could
   * not be read is missing from the map, and its group must fail.
   */
  read(keys: readonly StateKey[]): Promise<ReadonlyMap<string, StateRow | undefined>>;
  commitSynced(key: StateKey, commit: SyncedCommit): Promise<SyncedAnswer>;
  commitDeleted(key: StateKey, commit: DeletedCommit): Promise<CommitAnswer>;
  /** Notes why the resource was set aside and forgets the hash. A deleted row takes it only while its erasure may be asked. */
  markFailed(key: StateKey, failure: Failed & { recent?: readonly RecentOutcome[] }): Promise<void>;
  /** A try failed and will be repeated: for whoever asks why. Never touches what the protocol reads. A deleted row is left as it is. */
  noteWaiting(key: StateKey, waiting: Waiting): Promise<void>;
  /** Takes a resource out, or sets it back, in its row and in the list of those. A deleted row is left as it is. */
  setSkipped(key: StateKey, isSkipped: boolean): Promise<void>;
  /** Those that an operator took out, in the order of their ids. */
  skipped(
    scope: Pick<StateKey, 'handlerId' | 'projectKey'>,
    query: { limit: number; after?: string },
  ): Promise<Page<Skipped>>;
  /** A version was announced of a resource that is taken out: its message is gone. A deleted row is left as it is. */
  noteSkipped(key: StateKey, version: number): Promise<void>;
  /** Fixes the OMS key by an operator's word, and forgets the hash: that record holds something else. A deleted row refuses it. */
  link(key: StateKey, ref: string): Promise<void>;
  forgetHash(key: StateKey): Promise<void>;
  /** The source did not show the resource. A deleted row is left as it is; a commit ends the note. */
  noteMissing(key: StateKey, missing: Missing): Promise<void>;
  /** Fixes the OMS key before a write under a key that could not be recomputed later. A deleted row, or one that was linked elsewhere, refuses it. */
  reserveRef(key: StateKey, ref: string): Promise<void>;
}

/** An operator chose another key while this one was used: the event is looked at again, and goes there. */
export function relinkedRow(): ConnectorError {
  return new ConnectorError(
    { failureClass: 'retry', code: 'STATE_RELINKED' },
    'The resource was linked to another record meanwhile.',
  );
}

/** A deleted row takes no key: the event that wants one is looked at again, and will be superseded. */
export function deletedRow(): ConnectorError {
  return new ConnectorError(
    { failureClass: 'retry', code: 'STATE_DELETED' },
    'The resource was deleted meanwhile.',
  );
}
