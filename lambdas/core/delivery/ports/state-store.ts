import { ConnectorError } from '../../base/errors.ts';
import type { Outcome } from '../../base/outcome.ts';
import type { Page } from '../../base/page.ts';

/** The sync record of one resource in one handler. docs/architecture.md, "State", lists its columns and their conditions. */
export interface StateRow {
  /** Highest source version confirmed in the OMS; 0 = nothing confirmed yet. */
  readonly version: number;
  /** `deleted` is final. */
  readonly status: 'live' | 'deleted';
  /** Hash of the mapped model that was last confirmed. Absent means unknown: always write. */
  readonly hash?: string;
  /** Version of the mapper that made that model. */
  readonly mapperVersion?: number;
  /** Key of the resource in the OMS. It is fixed when the resource is created there, and never recomputed. */
  readonly ref?: string;
  /** Data of the handler itself. */
  readonly customs?: Customs;
  /** Set while the source does not show the resource. */
  readonly missing?: Missing;
  /** On deleted rows: whether the erasure is done. */
  readonly erased?: boolean;
  /** Outcomes of the latest notifications, newest first; see `recent-outcome.ts`. */
  readonly recent?: readonly RecentOutcome[];
  /** A failed attempt that will be retried. */
  readonly waiting?: Waiting;
  /** The failure that is not resolved yet. */
  readonly failure?: Failed;
  /** One short hash per mapped field of the model that was last confirmed; see `field-hashes.ts`. */
  readonly fieldHashes?: string;
  /** Excluded by an operator: no upserts until the resource is included again. */
  readonly isSkipped?: boolean;
  /** Highest version that was announced while the resource was excluded, unless it has been confirmed since. */
  readonly skippedVersion?: number;
  /** An operator chose `ref`: the handler may take over that record although it has no mark. */
  readonly isLinked?: boolean;
  /** A version that a later notification named as its predecessor, and whose own notification has not arrived. */
  readonly gap?: number;
  /** When the row was last committed, seconds since the epoch. */
  readonly at?: number;
}

/** Outcome of one notification, in few bytes: the row must fit into one write unit. */
export interface RecentOutcome {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly outcome: Outcome;
  readonly version: number;
  readonly reason: string;
}

/** The latest cause, and what all failures since the last success require. */
export interface Failed {
  readonly code: string;
  /** Name of the field at fault. */
  readonly field?: string;
  readonly version: number;
  /** A delete or an erasure failed, which an upsert does not resolve. */
  readonly wants?: 'delete' | 'erasure';
}

export interface Waiting {
  readonly code: string;
  /** Receives so far. */
  readonly receives: number;
  /** Next attempt, milliseconds since the epoch. */
  readonly until: number;
}

/** The latest fetch that found nothing at the source, and the first of the unbroken series of such fetches. */
export interface Missing {
  /** When that series began, milliseconds since the epoch. */
  readonly since: number;
  /** The message of the latest fetch, and which receive of it that was. */
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
  /** Absent: the stored value stays. */
  readonly customs?: Customs;
  readonly fieldHashes?: string;
  /** Absent: the stored value stays. */
  readonly recent?: readonly RecentOutcome[];
  /** 0: no gap is open. Absent: the stored value stays. */
  readonly gap?: number;
  /** The failure requires more than an upsert, so it stays. */
  readonly keepsFailure?: true;
}

export interface DeletedCommit {
  readonly version: number;
  readonly erased: boolean;
  readonly recent?: readonly RecentOutcome[];
}

/** `superseded`: the row holds a newer version, or the resource is deleted (and erased, if the commit is an erasure). */
export type CommitAnswer = 'committed' | 'superseded';
/** `relinked`: an operator chose another OMS key meanwhile, so the write went to the wrong record. */
export type SyncedAnswer = CommitAnswer | 'relinked';

/** A resource that an operator excluded. */
export interface Skipped {
  readonly resourceType: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Every method throws a ConnectorError of class `retry` when the store cannot answer. Times come from the store's own clock. */
export interface StateStore {
  /**
   * Strongly consistent read of any number of keys of one handler and resource type. The map is by resource id; a resource
   * without a row is `undefined`. A key that could not be read is not in the map: that is not a missing row, retry it.
   */
  read(keys: readonly StateKey[]): Promise<ReadonlyMap<string, StateRow | undefined>>;
  commitSynced(key: StateKey, commit: SyncedCommit): Promise<SyncedAnswer>;
  commitDeleted(key: StateKey, commit: DeletedCommit): Promise<CommitAnswer>;
  /** Records the failure and forgets the hash. A deleted row records it only until it is erased. */
  markFailed(key: StateKey, failure: Failed & { recent?: readonly RecentOutcome[] }): Promise<void>;
  /** Records a failed attempt that will be retried, for `explain`. The protocol never reads it. A deleted row stays unchanged. */
  noteWaiting(key: StateKey, waiting: Waiting): Promise<void>;
  /** Excludes or includes a resource, in its row and in the list of excluded ones. A deleted row stays unchanged. */
  setSkipped(key: StateKey, isSkipped: boolean): Promise<void>;
  /** Excluded resources, in the order of their ids. */
  skipped(
    scope: Pick<StateKey, 'handlerId' | 'projectKey'>,
    query: { limit: number; after?: string },
  ): Promise<Page<Skipped>>;
  /** Records a version that was announced for an excluded resource: its message is gone. A deleted row stays unchanged. */
  noteSkipped(key: StateKey, version: number): Promise<void>;
  /** Fixes the OMS key that an operator chose, and forgets the hash of the old record. Throws STATE_DELETED for a deleted row. */
  link(key: StateKey, ref: string): Promise<void>;
  forgetHash(key: StateKey): Promise<void>;
  /** Records that the source does not show the resource, until the next commit. A deleted row stays unchanged. */
  noteMissing(key: StateKey, missing: Missing): Promise<void>;
  /** Fixes the OMS key before a write whose key cannot be recomputed later. Throws STATE_DELETED or STATE_RELINKED. */
  reserveRef(key: StateKey, ref: string): Promise<void>;
}

/** An operator chose another key meanwhile: the retry uses that one. */
export function relinkedRow(): ConnectorError {
  return new ConnectorError(
    { failureClass: 'retry', code: 'STATE_RELINKED' },
    'The resource was linked to another record meanwhile.',
  );
}

/** A deleted row accepts no key: the retry of the event ends as superseded. */
export function deletedRow(): ConnectorError {
  return new ConnectorError(
    { failureClass: 'retry', code: 'STATE_DELETED' },
    'The resource was deleted meanwhile.',
  );
}
