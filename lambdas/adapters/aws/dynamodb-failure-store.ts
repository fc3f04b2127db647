import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { allOf } from '../../core/base/all-of.ts';
import type { FailureGroup, FailureItem } from '../../core/delivery/failure.ts';
import type { FailureStore } from '../../core/delivery/ports/failure-store.ts';
import { conditionalUpdate } from './conditional-write.ts';
import { flag, type Item, number, numberOf, rethrowTableError, type Table, text, textOf } from './table.ts';
import {
  failureGroupsKey,
  failuresKey,
  itemKey,
  readResourceSortKey,
  resourceSortKey,
} from './table-keys.ts';
import { allItems, queryPage } from './table-read.ts';

/**
 * Failures by group: one item per resource, and one per group that leads to them. Counts are made when they are asked for: a
 * stored counter would drift with every crash between the two writes.
 */
export function createDynamoDbFailureStore(table: Table): FailureStore {
  return {
    async add(key, failure) {
      const { group, code, version, traceId, lastSeen } = failure;
      // The group first: a group without items is not shown, but an item without a group would never be found.
      await conditionalUpdate(table, { pk: failureGroupsKey(key), sk: group }, { set: { code: text(code) } });
      const kind = { kind: text(failure.kind) };
      const erasure = { er: flag(failure.dataErasure === true) };
      const isDelete = failure.kind === 'DELETE';
      const place = { pk: failuresKey(key, group), sk: resourceSortKey(key) };
      await conditionalUpdate(table, place, {
        set: {
          ...{ code: text(code), v: number(version), trace: text(traceId), last: number(lastSeen) },
          // A delete or an erasure stays due, whatever fails later.
          ...(isDelete && kind),
          ...(failure.dataErasure && erasure),
        },
        setIfAbsent: {
          first: number(lastSeen),
          ...(!isDelete && kind),
          ...(!failure.dataErasure && erasure),
        },
        add: { times: number(1) },
        // The same write sent again after a lost answer counts once.
        condition: 'attribute_not_exists(#last) OR #last < :last',
      });
    },

    async resolve(key, group) {
      const Key = itemKey({ pk: failuresKey(key, group), sk: resourceSortKey(key) });
      const command = new DeleteItemCommand({ TableName: table.tableName, Key });
      await table.client.send(command).catch(rethrowTableError);
    },

    async groups(scope) {
      const groups = await allItems(table, { pk: failureGroupsKey(scope) });
      const counted = await allOf(
        groups.map(async (item) => {
          const group = textOf(item, 'sk');
          const items = await allItems(table, { pk: failuresKey(scope, group) });
          return toGroup(group, textOf(item, 'code'), items);
        }),
      );
      return counted.filter(({ count }) => count > 0);
    },

    async items(scope, { group, ...query }) {
      const page = await queryPage(table, { pk: failuresKey(scope, group), ...query });
      return { ...page, items: page.items.map((item) => toFailure(group, item)) };
    },
  };
}

function toGroup(group: string, code: string, items: readonly Item[]): FailureGroup {
  const [example] = items;
  return {
    ...{ group, code, count: items.length },
    firstSeen: items.reduce(
      (least, item) => Math.min(least, numberOf(item, 'first')),
      Number.MAX_SAFE_INTEGER,
    ),
    lastSeen: items.reduce((most, item) => Math.max(most, numberOf(item, 'last')), 0),
    exampleId: example ? readResourceSortKey(example).id : '',
  };
}

function toFailure(group: string, item: Item): FailureItem {
  return {
    ...readResourceSortKey(item),
    group,
    code: textOf(item, 'code'),
    version: numberOf(item, 'v'),
    kind: textOf(item, 'kind') === 'DELETE' ? 'DELETE' : 'UPSERT',
    ...(item['er']?.BOOL === true && { dataErasure: true }),
    traceId: textOf(item, 'trace'),
    firstSeen: numberOf(item, 'first'),
    lastSeen: numberOf(item, 'last'),
    times: numberOf(item, 'times'),
  };
}
