import type { Clock } from '../../lambdas/core/base/ports/clock.ts';
import {
  deletedRow,
  type RecentOutcome,
  relinkedRow,
  type Skipped,
  type StateKey,
  type StateRow,
  type StateStore,
} from '../../lambdas/core/delivery/ports/state-store.ts';
import { readRecent, writeRecent } from '../../lambdas/core/delivery/recent-outcome.ts';
import { pageOf } from './page-of.ts';

/** A row as it is stored, with what `read` does not return. */
interface KeptRow extends StateRow {
  /** Seconds since the epoch; on deleted rows only. */
  readonly expiresAt?: number;
}

export interface MemoryStateStore extends StateStore {
  rows(): ReadonlyMap<string, KeptRow>;
  /** The next read leaves this id unread. */
  leaveUnread(id: string): void;
}

/** The state store in memory, with the conditions of the table; passes the same contract suite. */
export function createMemoryStateStore(clock: Clock, tombstoneSeconds: number): MemoryStateStore {
  const rows = new Map<string, KeptRow>();
  const skipped = new Map<string, Skipped>();
  const unread = new Set<string>();
  const seconds = (): number => Math.floor(clock() / 1_000);
  const keyOf = (key: StateKey): string => Object.values(key).join('#');

  return {
    rows: () => rows,

    leaveUnread: (id) => void unread.add(id),

    read: async (keys) => {
      const read = keys.filter(({ id }) => !unread.has(id));
      unread.clear();
      return new Map(read.map((key) => [key.id, visible(rows.get(keyOf(key)))]));
    },

    commitSynced: async (key, commit) => {
      const row = rows.get(keyOf(key));
      if (row && (row.status === 'deleted' || row.version > commit.version)) return 'superseded';
      if (isLinkedElsewhere(row, commit.ref)) return 'relinked';
      const {
        missing: _missing,
        waiting: _waiting,
        failure,
        gap,
        skippedVersion: _skipped,
        ...kept
      } = row ?? { version: 0, status: 'live' };
      const { version, hash, mapperVersion, ref, customs, fieldHashes, recent } = commit;
      const openGap = commit.gap ?? gap;
      rows.set(keyOf(key), {
        ...kept,
        status: 'live',
        version,
        hash,
        mapperVersion,
        at: seconds(),
        ...(ref !== undefined && { ref }),
        ...(customs !== undefined && { customs }),
        ...(fieldHashes !== undefined && { fieldHashes }),
        ...(recent && { recent: asKept(recent) }),
        ...(openGap && { gap: openGap }),
        ...(commit.keepsFailure && failure && { failure }),
      });
      return 'committed';
    },

    commitDeleted: async (key, { version, erased, recent = rows.get(keyOf(key))?.recent }) => {
      const row = rows.get(keyOf(key));
      if (row?.status === 'deleted' && !(row.erased === false && erased)) return 'superseded';
      rows.set(keyOf(key), {
        status: 'deleted',
        version,
        erased,
        at: seconds(),
        expiresAt: seconds() + tombstoneSeconds,
        ...(recent && { recent: asKept(recent) }),
        ...(!erased && row?.ref !== undefined && { ref: row.ref }),
        ...(!erased && row?.isLinked && { isLinked: true }),
        ...(!erased && row?.customs !== undefined && { customs: row.customs }),
      });
      return 'committed';
    },

    markFailed: async (key, { recent, ...failure }) => {
      const row = rows.get(keyOf(key)) ?? { version: 0, status: 'live' as const };
      if (row.status === 'deleted' && row.erased !== false) return;
      const { hash: _hash, waiting: _waiting, ...kept } = row;
      rows.set(keyOf(key), {
        ...kept,
        failure,
        ...(recent && { recent: asKept(recent) }),
      });
    },

    noteMissing: async (key, missing) => {
      const row = rows.get(keyOf(key)) ?? { version: 0, status: 'live' as const };
      if (row.status === 'live') rows.set(keyOf(key), { ...row, missing });
    },

    noteWaiting: async (key, waiting) => {
      const row = rows.get(keyOf(key)) ?? { version: 0, status: 'live' as const };
      if (row.status === 'live') rows.set(keyOf(key), { ...row, waiting });
    },

    setSkipped: async (key, isSkipped) => {
      const row = rows.get(keyOf(key)) ?? (isSkipped ? { version: 0, status: 'live' as const } : undefined);
      if (row?.status !== 'live') return;
      const { isSkipped: _before, ...kept } = row;
      rows.set(keyOf(key), { ...kept, ...(isSkipped && { isSkipped }) });
      const { resourceType, id } = key;
      if (!isSkipped) skipped.delete(keyOf(key));
      else if (!skipped.has(keyOf(key))) skipped.set(keyOf(key), { resourceType, id, since: clock() });
    },

    skipped: async ({ handlerId, projectKey }, query) =>
      pageOf(
        [...skipped].flatMap(([at, one]) => (at.startsWith(`${handlerId}#${projectKey}#`) ? [one] : [])),
        ({ resourceType, id }) => `${resourceType}#${id}`,
        query,
      ),

    noteSkipped: async (key, version) => {
      const row = rows.get(keyOf(key));
      if (row?.status !== 'live' || (row.skippedVersion ?? 0) >= version) return;
      rows.set(keyOf(key), { ...row, skippedVersion: version });
    },

    link: async (key, ref) => {
      const row = rows.get(keyOf(key)) ?? { version: 0, status: 'live' as const };
      if (row.status === 'deleted') throw deletedRow();
      const { hash: _hash, fieldHashes: _fields, ...kept } = row;
      rows.set(keyOf(key), { ...kept, ref, isLinked: true });
    },

    forgetHash: async (key) => {
      const row = rows.get(keyOf(key));
      if (!row) return;
      const { hash: _hash, ...kept } = row;
      rows.set(keyOf(key), kept);
    },

    reserveRef: async (key, ref) => {
      const row = rows.get(keyOf(key)) ?? { version: 0, status: 'live' as const };
      if (row.status === 'deleted') throw deletedRow();
      if (isLinkedElsewhere(row, ref)) throw relinkedRow();
      rows.set(keyOf(key), { ...row, ref });
    },
  };
}

function isLinkedElsewhere(row: StateRow | undefined, ref: string | undefined): boolean {
  return row?.isLinked === true && ref !== undefined && row.ref !== ref;
}

function visible(row: KeptRow | undefined): StateRow | undefined {
  if (!row) return undefined;
  const { expiresAt: _expiry, ...shown } = row;
  return shown;
}

/** As the table stores them: five, with short reasons. */
function asKept(recent: readonly RecentOutcome[]): readonly RecentOutcome[] {
  return readRecent(writeRecent(recent));
}
