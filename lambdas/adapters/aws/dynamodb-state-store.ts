import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../core/base/ports/clock.ts';
import {
  deletedRow,
  relinkedRow,
  type Skipped,
  type StateKey,
  type StateRow,
  type StateStore,
} from '../../core/delivery/ports/state-store.ts';
import { type ColumnUpdate, inColumns } from './columns.ts';
import { conditionalUpdate, transact, updateInput } from './conditional-write.ts';
import { type StoredState, stateColumns, toRow } from './state-columns.ts';
import { flag, type Item, number, numberOf, type Table, text, textOf } from './table.ts';
import { itemKey, readResourceSortKey, resourceSortKey, skippedKey, stateKey } from './table-keys.ts';
import { queryPage, readItems } from './table-read.ts';

export interface DynamoDbStateStoreOptions extends Table {
  readonly clock: Clock;
  /** How long the row of a deleted resource is kept. */
  readonly tombstoneSeconds: number;
}

type StateUpdate = ColumnUpdate<StoredState>;

const failureColumns = ['failureCode', 'failureVersion', 'failureWants', 'failureField'] as const;
/** What a row holds before its first commit. */
const newRow = { version: 0, status: 'live' } as const;
const exists = 'attribute_exists(#pk)';
const notDeleted = 'attribute_not_exists(#pk) OR #status <> :deleted';
/** A key that an operator chose is not replaced by another one that was already in use. */
const notLinkedElsewhere = '(attribute_not_exists(#isLinked) OR #ref = :ref)';
const values = { deleted: text('D'), true: flag(true), false: flag(false) };

/** State rows; see `StateStore`. Each method is one conditional write or one read. */
export function createDynamoDbStateStore(table: DynamoDbStateStoreOptions): StateStore {
  const { client, tableName, clock, tombstoneSeconds } = table;
  const seconds = (): number => Math.floor(clock() / 1_000);
  const stored = (update: StateUpdate) => inColumns(stateColumns, { values, ...update });

  /** Answers the row that failed the condition, if one did. */
  async function update(key: StateKey, change: StateUpdate): Promise<StateRow | undefined> {
    const { refusedBy } = await conditionalUpdate(table, stateKey(key), stored(change));
    return refusedBy && toRow(refusedBy);
  }

  return {
    async read(keys) {
      const { items, unread } = await readItems(table, keys.map(stateKey));
      const rows = new Map(items.map((item) => [textOf(item, 'pk'), toRow(item)]));
      const unreadPks = new Set(unread.map(({ pk }) => pk));
      const read = keys.filter((key) => !unreadPks.has(stateKey(key).pk));
      return new Map(read.map((key) => [key.id, rows.get(stateKey(key).pk)]));
    },

    async commitSynced(key, { gap, keepsFailure, ...commit }) {
      const current = 'attribute_not_exists(#pk) OR (#status <> :deleted AND #version <= :version)';
      const refusedBy = await update(key, {
        set: { ...commit, status: 'live', at: seconds(), gap: gap === 0 ? null : gap },
        remove: ['missing', 'waiting', 'skippedVersion', ...(keepsFailure ? [] : failureColumns)],
        // `<=`, not `<`: a forced or re-mapped write at an unchanged version is committed too.
        condition: commit.ref === undefined ? current : `(${current}) AND ${notLinkedElsewhere}`,
      });
      if (!refusedBy) return 'committed';
      return refusedBy.status === 'live' && refusedBy.version <= commit.version ? 'relinked' : 'superseded';
    },

    async commitDeleted(key, { version, erased, recent }) {
      const expiresAt = seconds() + tombstoneSeconds;
      const refusedBy = await update(key, {
        set: { status: 'deleted', version, erased, recent, at: seconds(), expiresAt },
        remove: [
          ...(['hash', 'mapperVersion', 'fieldHashes', 'gap', 'missing', 'waiting'] as const),
          ...(['isSkipped', 'skippedVersion', ...failureColumns] as const),
          ...(erased ? (['ref', 'isLinked', 'customs'] as const) : []),
        ],
        condition: `${notDeleted} OR (#erased = :false AND :erased = :true)`,
      });
      return refusedBy ? 'superseded' : 'committed';
    },

    async markFailed(key, { code, version, field = null, wants = null, recent }) {
      await update(key, {
        set: { failureCode: code, failureVersion: version, failureField: field, failureWants: wants, recent },
        setIfAbsent: newRow,
        remove: ['hash', 'waiting'],
        // An erasure that is still due may fail too: its commit has to know which failure to resolve.
        condition: `${notDeleted} OR #erased = :false`,
      });
    },

    async noteMissing(key, missing) {
      await update(key, { set: { missing }, setIfAbsent: newRow, condition: notDeleted });
    },

    async noteWaiting(key, waiting) {
      await update(key, { set: { waiting }, setIfAbsent: newRow, condition: notDeleted });
    },

    // The row and the list of excluded resources change together. Only operators ask for this, so it may cost more.
    async setSkipped(key, isSkipped) {
      const listed = { pk: skippedKey(key), sk: resourceSortKey(key) };
      const entry: TransactWriteItem = isSkipped
        ? { Update: updateInput(table, listed, { setIfAbsent: { since: number(clock()) } }) }
        : { Delete: { TableName: tableName, Key: itemKey(listed) } };
      const change: StateUpdate = isSkipped
        ? { set: { isSkipped }, setIfAbsent: newRow, condition: notDeleted }
        : { remove: ['isSkipped'], condition: exists };
      await transact(client, [{ Update: updateInput(table, stateKey(key), stored(change)) }, entry]);
    },

    async skipped(scope, query) {
      const page = await queryPage(table, { pk: skippedKey(scope), ...query });
      return { ...page, items: page.items.map(toSkipped) };
    },

    async noteSkipped(key, skippedVersion) {
      const isNewer = '(attribute_not_exists(#skippedVersion) OR #skippedVersion < :skippedVersion)';
      const condition = `${exists} AND #status <> :deleted AND ${isNewer}`;
      await update(key, { set: { skippedVersion }, condition });
    },

    async link(key, ref) {
      const refusedBy = await update(key, {
        set: { ref, isLinked: true },
        setIfAbsent: newRow,
        remove: ['hash', 'fieldHashes'],
        condition: notDeleted,
      });
      if (refusedBy) throw deletedRow();
    },

    async forgetHash(key) {
      await update(key, { remove: ['hash'], condition: exists });
    },

    async reserveRef(key, ref) {
      const condition = `(${notDeleted}) AND ${notLinkedElsewhere}`;
      const refusedBy = await update(key, { set: { ref }, setIfAbsent: newRow, condition });
      if (refusedBy) throw refusedBy.status === 'deleted' ? deletedRow() : relinkedRow();
    },
  };
}

function toSkipped(item: Item): Skipped {
  return { ...readResourceSortKey(item), since: numberOf(item, 'since') };
}
