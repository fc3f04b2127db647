import { readJson } from '../../core/base/json.ts';
import type { Customs, Failed, Missing, StateRow, Waiting } from '../../core/delivery/ports/state-store.ts';
import { readRecent, writeRecent } from '../../core/delivery/recent-outcome.ts';
import { type Columns, encodedColumn, flagColumn, numberColumn, readColumns, textColumn } from './columns.ts';
import type { Item } from './table.ts';

/** A state row as it is stored: the failure in columns of its own, and the expiry of a tombstone. */
export interface StoredState extends Omit<StateRow, 'failure'> {
  readonly failureCode?: string;
  readonly failureVersion?: number;
  readonly failureField?: string;
  readonly failureWants?: NonNullable<Failed['wants']>;
  /** Seconds since the epoch. */
  readonly expiresAt?: number;
}

/** Names are one or two letters, because every commit is charged by the size of the whole row. */
export const stateColumns: Columns<StoredState> = {
  version: numberColumn('v'),
  status: encodedColumn(
    'st',
    (status) => (status === 'deleted' ? 'D' : 'L'),
    (stored) => (stored === 'D' ? 'deleted' : 'live'),
  ),
  hash: textColumn('h'),
  mapperVersion: numberColumn('mv'),
  ref: textColumn('ref'),
  customs: encodedColumn('customs', JSON.stringify, readCustoms),
  missing: encodedColumn(
    'ab',
    ({ since, receives, messageId }: Missing) => `${since} ${receives} ${messageId}`,
    (stored) => {
      const [since, receives, messageId = ''] = stored.split(' ');
      return { since: Number(since), receives: Number(receives), messageId };
    },
  ),
  erased: flagColumn('er'),
  recent: encodedColumn('ro', writeRecent, readRecent),
  waiting: encodedColumn(
    'wt',
    ({ until, receives, code }: Waiting) => `${until} ${receives} ${code}`,
    (stored) => {
      const [until, receives, code = ''] = stored.split(' ');
      return { until: Number(until), receives: Number(receives), code };
    },
  ),
  failureCode: textColumn('err'),
  failureVersion: numberColumn('pv'),
  failureField: textColumn('pf'),
  failureWants: encodedColumn(
    'pw',
    (wants) => wants,
    (stored) => (stored === 'delete' || stored === 'erasure' ? stored : undefined),
  ),
  fieldHashes: textColumn('fh'),
  isSkipped: flagColumn('skip'),
  skippedVersion: numberColumn('sv'),
  isLinked: flagColumn('lk'),
  gap: numberColumn('gp'),
  at: numberColumn('at'),
  expiresAt: numberColumn('ttl'),
};

export function toRow(item: Item): StateRow {
  const {
    failureCode: code,
    failureVersion = 0,
    failureField: field,
    failureWants: wants,
    expiresAt: _expiresAt,
    ...row
  } = readColumns(stateColumns, item);
  return {
    version: 0,
    status: 'live',
    ...row,
    ...(code !== undefined && {
      failure: {
        code,
        version: failureVersion,
        ...(field !== undefined && { field }),
        ...(wants && { wants }),
      },
    }),
  };
}

/** Unreadable customs count as none: they must not block the row. */
function readCustoms(stored: string): Customs {
  const json = readJson(stored);
  const value = 'value' in json ? json.value : undefined;
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
