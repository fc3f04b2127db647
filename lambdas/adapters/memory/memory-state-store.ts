import type { Clock } from '../../core/ports/clock.ts';
import { deletedRow, type StateKey, type StateRow, type StateStore } from '../../core/ports/state-store.ts';

/** A row as it is kept, with what `read` does not give back. */
interface KeptRow extends StateRow {
  readonly parkedCode?: string;
  readonly parkedVersion?: number;
  /** Seconds since the epoch; on deleted rows only. */
  readonly expiresAt?: number;
}

export interface MemoryStateStore extends StateStore {
  rows(): ReadonlyMap<string, KeptRow>;
}

/** The state store in memory: the same conditions as the table, proven by the same contract suite. */
export function createMemoryStateStore(clock: Clock, tombstoneSeconds: number): MemoryStateStore {
  const rows = new Map<string, KeptRow>();
  const keyOf = (key: StateKey): string => Object.values(key).join('#');

  return {
    rows: () => rows,

    read: async (keys) => new Map(keys.map((key) => [key.id, visible(rows.get(keyOf(key)))])),

    commitSynced: async (key, commit) => {
      const row = rows.get(keyOf(key));
      if (row && (row.status === 'deleted' || row.version > commit.version)) return 'superseded';
      const {
        parkedCode: _code,
        parkedVersion: _version,
        missing: _missing,
        waiting: _waiting,
        failure: _failure,
        ...kept
      } = row ?? { status: 'live' };
      const ref = commit.ref ?? row?.ref;
      const customs = commit.customs ?? row?.customs;
      rows.set(keyOf(key), {
        ...kept,
        status: 'live',
        version: commit.version,
        hash: commit.hash,
        mapperVersion: commit.mapperVersion,
        ...(ref !== undefined && { ref }),
        ...(customs !== undefined && { customs }),
      });
      return 'committed';
    },

    commitDeleted: async (key, { version, erased }) => {
      const row = rows.get(keyOf(key));
      if (row?.status === 'deleted' && !(row.erased === false && erased)) return 'superseded';
      rows.set(keyOf(key), {
        status: 'deleted',
        version,
        erased,
        expiresAt: Math.floor(clock() / 1_000) + tombstoneSeconds,
        ...(!erased && row?.ref !== undefined && { ref: row.ref }),
        ...(!erased && row?.customs !== undefined && { customs: row.customs }),
      });
      return 'committed';
    },

    park: async (key, { version, code }) => {
      const row = rows.get(keyOf(key));
      if (row?.status === 'deleted') return;
      const { hash: _hash, ...kept } = row ?? { version: 0, status: 'live' as const };
      rows.set(keyOf(key), { ...kept, parkedCode: code, parkedVersion: version });
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
    },

    link: async (key, ref) => {
      const row = rows.get(keyOf(key)) ?? { version: 0, status: 'live' as const };
      if (row.status === 'deleted') throw deletedRow();
      rows.set(keyOf(key), { ...row, ref, isLinked: true });
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
      rows.set(keyOf(key), { ...row, ref });
    },
  };
}

function visible(row: KeptRow | undefined): StateRow | undefined {
  if (!row) return undefined;
  const { parkedCode: _code, parkedVersion: _version, expiresAt: _expiry, ...shown } = row;
  return shown;
}
