import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../core/base/ports/clock.ts';
import { copiesLastSeconds } from '../../core/delivery/dead-letter.ts';
import type { Erased, ErasedStore } from '../../core/delivery/ports/erased-store.ts';
import type { StateKey } from '../../core/delivery/ports/state-store.ts';
import { erasedKey, itemKey, resourceSortKey } from './table-keys.ts';
import { type Item, queryPage, rethrowTableError, type Table, unlessMissing } from './table-query.ts';

/** One item for each resource erased lately; DynamoDB removes it when no copy can be left. */
export function createDynamoDbErasedStore(table: Table & { readonly clock: Clock }): ErasedStore {
  const { client, tableName, clock } = table;
  const seconds = (): number => Math.floor(clock() / 1_000);
  const keyOf = (key: StateKey) => itemKey({ pk: erasedKey(key), sk: resourceSortKey(key) });
  return {
    async add(key) {
      const ttl = seconds() + copiesLastSeconds;
      const command = new PutItemCommand({
        TableName: tableName,
        Item: { ...keyOf(key), ttl: { N: String(ttl) } },
      });
      await client.send(command).catch(rethrowTableError);
    },

    async list(scope) {
      const { items } = await queryPage(table, { pk: erasedKey(scope), limit: Number.MAX_SAFE_INTEGER });
      // DynamoDB removes what is over within some days, not at once.
      return items.filter((item) => Number(item['ttl']?.N ?? 0) > seconds()).map(toErased);
    },

    async noteLookedFor(key) {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: keyOf(key),
        UpdateExpression: 'SET #looked = :true',
        ConditionExpression: 'attribute_exists(#pk)',
        ExpressionAttributeNames: { '#looked': 'looked', '#pk': 'pk' },
        ExpressionAttributeValues: { ':true': { BOOL: true } },
      });
      await client.send(command).catch(unlessMissing);
    },
  };
}

function toErased(item: Item): Erased {
  const [resourceType = '', id = ''] = (item['sk']?.S ?? '').split('#');
  return { resourceType, id, isLookedFor: item['looked']?.BOOL === true };
}
