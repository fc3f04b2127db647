import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { allOf } from '../../core/base/all-of.ts';
import type { FailureGroup, FailureItem } from '../../core/delivery/failure.ts';
import type { FailureStore } from '../../core/delivery/ports/failure-store.ts';
import { failureGroupsKey, failuresKey, itemKey, resourceSortKey } from './table-keys.ts';
import { type Item, queryPage, rethrowTableError, type Table } from './table-query.ts';

const PAGE = 1_000;

/**
 * Failures by their group: one item a resource, and one a group that leads to them. Counts are made when they are asked for:
 * a counter beside the items would drift with every crash between the two.
 */
export function createDynamoDbFailureStore(table: Table): FailureStore {
  const { client, tableName } = table;

  async function partition(pk: string): Promise<Item[]> {
    const items: Item[] = [];
    let after: string | undefined;
    do {
      const page = await queryPage(table, { pk, limit: PAGE, after });
      items.push(...page.items);
      after = page.next;
    } while (after !== undefined);
    return items;
  }

  return {
    async add(key, failure) {
      const { group, code, version, kind, dataErasure, traceId, lastSeen } = failure;
      // The group first: one without items is not shown, an item without a group would never be found.
      await client
        .send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: itemKey({ pk: failureGroupsKey(key), sk: group }),
            UpdateExpression: 'SET #code = :code',
            ExpressionAttributeNames: { '#code': 'code' },
            ExpressionAttributeValues: { ':code': { S: code } },
          }),
        )
        .catch(rethrowTableError);
      try {
        await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: itemKey({ pk: failuresKey(key, group), sk: resourceSortKey(key) }),
            UpdateExpression:
              `SET #code = :code, #v = :v, #kind = ${sticky('kind', kind === 'DELETE')}, #er = ${sticky('er', dataErasure === true)}, ` +
              '#trace = :trace, #first = if_not_exists(#first, :at), #last = :at ADD #times :one',
            // The same write sent again after a lost answer is one time, not two.
            ConditionExpression: 'attribute_not_exists(#last) OR #last < :at',
            ExpressionAttributeNames: {
              '#code': 'code',
              '#v': 'v',
              '#kind': 'kind',
              '#er': 'er',
              '#trace': 'trace',
              '#first': 'first',
              '#last': 'last',
              '#times': 'times',
            },
            ExpressionAttributeValues: {
              ':code': { S: code },
              ':v': { N: String(version) },
              ':kind': { S: kind },
              ':er': { BOOL: dataErasure === true },
              ':trace': { S: traceId },
              ':at': { N: String(lastSeen) },
              ':one': { N: '1' },
            },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) rethrowTableError(error);
      }
    },

    async resolve(key, group) {
      const command = new DeleteItemCommand({
        TableName: tableName,
        Key: itemKey({ pk: failuresKey(key, group), sk: resourceSortKey(key) }),
      });
      await client.send(command).catch(rethrowTableError);
    },

    async groups(scope) {
      const groups = await partition(failureGroupsKey(scope));
      const counted = await allOf(
        groups.map(async (item) => {
          const group = text(item, 'sk');
          return toGroup(group, text(item, 'code'), await partition(failuresKey(scope, group)));
        }),
      );
      return counted.filter(({ count }) => count > 0);
    },

    async items(scope, { group, limit, after }) {
      const page = await queryPage(table, { pk: failuresKey(scope, group), limit, after });
      return { ...page, items: page.items.map((item) => toFailure(group, item)) };
    },
  };
}

/** What was wanted once is still to be done: a later failure of the resource that wants less does not take it back. */
function sticky(name: 'kind' | 'er', isWanted: boolean): string {
  return isWanted ? `:${name}` : `if_not_exists(#${name}, :${name})`;
}

function toGroup(group: string, code: string, items: readonly Item[]): FailureGroup {
  return {
    group,
    code,
    count: items.length,
    firstSeen: items.reduce((least, item) => Math.min(least, number(item, 'first')), Number.MAX_SAFE_INTEGER),
    lastSeen: items.reduce((most, item) => Math.max(most, number(item, 'last')), 0),
    exampleId: idOf(items[0]),
  };
}

function toFailure(group: string, item: Item): FailureItem {
  const [resourceType = '', id = ''] = text(item, 'sk').split('#');
  return {
    resourceType,
    id,
    group,
    code: text(item, 'code'),
    version: number(item, 'v'),
    kind: text(item, 'kind') === 'DELETE' ? 'DELETE' : 'UPSERT',
    ...(item['er']?.BOOL === true && { dataErasure: true }),
    traceId: text(item, 'trace'),
    firstSeen: number(item, 'first'),
    lastSeen: number(item, 'last'),
    times: number(item, 'times'),
  };
}

function idOf(item: Item | undefined): string {
  return item ? (text(item, 'sk').split('#')[1] ?? '') : '';
}

function text(item: Item, name: string): string {
  return item[name]?.S ?? '';
}

function number(item: Item, name: string): number {
  return Number(item[name]?.N ?? 0);
}
