import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ConnectorError } from '../../core/base/errors.ts';
import type { Clock } from '../../core/base/ports/clock.ts';
import { mergeChanges, type Recorded } from '../../core/delivery/pending-change.ts';
import type { PendingChange, PendingStore } from '../../core/delivery/ports/pending-store.ts';
import type { StateKey } from '../../core/delivery/ports/state-store.ts';
import { conditionInput, orRefused } from './conditional-write.ts';
import { flag, type Item, number, numberOf, type Table, text, textOf } from './table.ts';
import { type ItemKey, itemKey, pendingKey, readResourceSortKey, resourceSortKey } from './table-keys.ts';
import { countItems, queryPage, readItems } from './table-read.ts';

/** Tries to merge with an item that another writer changes at the same moment. */
const MERGE_ROUNDS = 3;

/** Changes recorded in Prepare mode: one item per resource, one partition per handler. */
export function createDynamoDbPendingStore(table: Table & { readonly clock: Clock }): PendingStore {
  const { client, tableName, clock } = table;
  const keyOf = (key: StateKey): ItemKey => ({ pk: pendingKey(key), sk: resourceSortKey(key) });

  /** Replaces `before` with `change`. Answers the stored item if it is another one by now. */
  async function put(
    key: StateKey,
    change: Recorded,
    before: Recorded | undefined,
  ): Promise<Item | undefined> {
    const condition = before ? '#v = :v AND #kind = :kind AND #er = :er' : 'attribute_not_exists(#v)';
    const command = new PutItemCommand({
      TableName: tableName,
      Item: { ...itemKey(keyOf(key)), ...toItem(change) },
      ...conditionInput({ condition, ...(before && { values: toItem(before) }) }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return (await orRefused(client.send(command))).refusedBy;
  }

  return {
    async record(key, change) {
      let before: Recorded | undefined;
      for (let round = 0; round < MERGE_ROUNDS; round++) {
        const next = before ? mergeChanges(before, change) : { ...change, since: clock() };
        if (before && isEqual(before, next)) return 'merged';
        const stored = await put(key, next, before);
        if (!stored) return before ? 'merged' : 'recorded';
        before = Object.keys(stored).length > 0 ? toRecorded(stored) : undefined;
      }
      throw new ConnectorError(
        { failureClass: 'retry', code: 'STATE_PENDING_RACE' },
        'Another writer changed the recorded change while this one was merged into it.',
      );
    },

    async list(scope, query) {
      const page = await queryPage(table, { pk: pendingKey(scope), ...query });
      return { ...page, items: page.items.map(toChange) };
    },

    async byIds(keys) {
      const { items, unread } = await readItems(table, keys.map(keyOf));
      if (unread.length === 0) return items.map(toChange);
      throw new ConnectorError(
        { failureClass: 'retry', code: 'STATE_UNREAD_KEY' },
        'The table left some of the recorded changes unread.',
      );
    },

    async clear(key, change) {
      // The same rule as `covers`, as a condition.
      const condition = [
        '#v <= :v',
        ...(change.kind === 'DELETE' ? [] : ['#kind = :upsert']),
        ...(change.dataErasure === true ? [] : ['#er = :noErasure']),
      ].join(' AND ');
      const values = { v: number(change.version), upsert: text('UPSERT'), noErasure: flag(false) };
      const command = new DeleteItemCommand({
        TableName: tableName,
        Key: itemKey(keyOf(key)),
        ...conditionInput({ condition, values }),
      });
      await orRefused(client.send(command));
    },

    count: (scope) => countItems(table, pendingKey(scope)),
  };
}

function isEqual(a: Recorded, b: Recorded): boolean {
  return a.version === b.version && a.kind === b.kind && a.dataErasure === b.dataErasure;
}

function toItem({ version, kind, dataErasure, since }: Recorded): Item {
  return { v: number(version), kind: text(kind), er: flag(dataErasure === true), since: number(since) };
}

function toRecorded(item: Item): Recorded {
  return {
    version: numberOf(item, 'v'),
    kind: textOf(item, 'kind') === 'DELETE' ? 'DELETE' : 'UPSERT',
    ...(item['er']?.BOOL === true && { dataErasure: true }),
    since: numberOf(item, 'since'),
  };
}

function toChange(item: Item): PendingChange {
  return { ...readResourceSortKey(item), ...toRecorded(item) };
}
