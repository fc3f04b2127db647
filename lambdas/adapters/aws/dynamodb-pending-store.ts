import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ConnectorError } from '../../core/base/errors.ts';
import type { Clock } from '../../core/base/ports/clock.ts';
import { mergeChanges, type Recorded } from '../../core/delivery/pending-change.ts';
import type { PendingChange, PendingStore } from '../../core/delivery/ports/pending-store.ts';
import type { StateKey } from '../../core/delivery/ports/state-store.ts';
import { itemKey, pendingKey, resourceSortKey } from './table-keys.ts';
import { countPartition, type Item, queryPage, rethrowTableError, type Table } from './table-query.ts';

/** Tries to merge with an item that somebody else changes at the same moment. */
const ROUNDS = 3;
const names = { '#v': 'v', '#kind': 'kind', '#er': 'er' };

/** What Prepare mode recorded: one item a resource, in one partition a handler. */
export function createDynamoDbPendingStore(table: Table & { readonly clock: Clock }): PendingStore {
  const { client, tableName, clock } = table;
  const keyOf = (key: StateKey) => itemKey({ pk: pendingKey(key), sk: resourceSortKey(key) });

  /** Puts what it becomes, if it still is what it was; answers what stands there otherwise. */
  async function put(key: StateKey, change: Recorded, before: Recorded | undefined): Promise<Item | 'put'> {
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: { ...keyOf(key), ...toItem(change) },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...(before
            ? {
                ConditionExpression: '#v = :v AND #kind = :kind AND #er = :er',
                ExpressionAttributeNames: names,
                ExpressionAttributeValues: valuesOf(before),
              }
            : {
                ConditionExpression: 'attribute_not_exists(#v)',
                ExpressionAttributeNames: { '#v': 'v' },
              }),
        }),
      );
      return 'put';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return error.Item ?? {};
      return rethrowTableError(error);
    }
  }

  return {
    async record(key, change) {
      let before: Recorded | undefined;
      for (let round = 0; round < ROUNDS; round++) {
        const next = before ? mergeChanges(before, change) : { ...change, since: clock() };
        if (before && isEqual(before, next)) return 'merged';
        const answer = await put(key, next, before);
        if (answer === 'put') return before ? 'merged' : 'recorded';
        before = Object.keys(answer).length > 0 ? toRecorded(answer) : undefined;
      }
      throw new ConnectorError(
        { failureClass: 'retry', code: 'STATE_PENDING_RACE' },
        'A recorded change moved while it was merged.',
      );
    },

    async list(scope, { limit, after }) {
      const page = await queryPage(table, { pk: pendingKey(scope), limit, after });
      return { ...page, items: page.items.map(toChange) };
    },

    async byIds(keys) {
      const found: PendingChange[] = [];
      let unread = keys.map(keyOf);
      for (let round = 0; unread.length > 0 && round < ROUNDS; round++) {
        const answer = await client
          .send(
            new BatchGetItemCommand({
              RequestItems: { [tableName]: { Keys: unread, ConsistentRead: true } },
            }),
          )
          .catch(rethrowTableError);
        found.push(...(answer.Responses?.[tableName] ?? []).map(toChange));
        unread = (answer.UnprocessedKeys?.[tableName]?.Keys ?? []) as typeof unread;
      }
      if (unread.length === 0) return found;
      throw new ConnectorError(
        { failureClass: 'retry', code: 'STATE_UNREAD_KEY' },
        'The table did not give every recorded change.',
      );
    },

    async clear(key, change) {
      const command = new DeleteItemCommand({
        TableName: tableName,
        Key: keyOf(key),
        // What `covers` says, in the words of the table.
        ConditionExpression: [
          '#v <= :v',
          ...(change.kind === 'DELETE' ? [] : ['#kind = :kind']),
          ...(change.dataErasure === true ? [] : ['#er = :er']),
        ].join(' AND '),
        ExpressionAttributeNames: used(names, change),
        ExpressionAttributeValues: used(
          { ':v': { N: String(change.version) }, ':kind': { S: 'UPSERT' }, ':er': { BOOL: false } },
          change,
        ),
      });
      try {
        await client.send(command);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) rethrowTableError(error);
      }
    },

    count: (scope) => countPartition(table, pendingKey(scope)),
  };
}

/** Without what a delete or an erasure does not ask for: an unused name is refused. */
function used<T>(
  all: Record<string, T>,
  change: Pick<PendingChange, 'kind' | 'dataErasure'>,
): Record<string, T> {
  const unused = [
    ...(change.kind === 'DELETE' ? ['#kind', ':kind'] : []),
    ...(change.dataErasure === true ? ['#er', ':er'] : []),
  ];
  return Object.fromEntries(Object.entries(all).filter(([name]) => !unused.includes(name)));
}

function isEqual(a: Recorded, b: Recorded): boolean {
  return a.version === b.version && a.kind === b.kind && a.dataErasure === b.dataErasure;
}

function valuesOf({ version, kind, dataErasure }: Recorded): Record<string, AttributeValue> {
  return {
    ':v': { N: String(version) },
    ':kind': { S: kind },
    ':er': { BOOL: dataErasure === true },
  };
}

function toItem({ version, kind, dataErasure, since }: Recorded): Item {
  return {
    v: { N: String(version) },
    kind: { S: kind },
    er: { BOOL: dataErasure === true },
    since: { N: String(since) },
  };
}

function toRecorded(item: Item): Recorded {
  return {
    version: Number(item['v']?.N ?? 0),
    kind: item['kind']?.S === 'DELETE' ? 'DELETE' : 'UPSERT',
    ...(item['er']?.BOOL === true && { dataErasure: true }),
    since: Number(item['since']?.N ?? 0),
  };
}

function toChange(item: Item): PendingChange {
  const [resourceType = '', id = ''] = (item['sk']?.S ?? '').split('#');
  return { id, resourceType, ...toRecorded(item) };
}
