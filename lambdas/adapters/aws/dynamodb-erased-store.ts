import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../core/base/ports/clock.ts';
import { copiesLastSeconds } from '../../core/delivery/dead-letter.ts';
import type { Erased, ErasedStore } from '../../core/delivery/ports/erased-store.ts';
import type { StateKey } from '../../core/delivery/ports/state-store.ts';
import { conditionalUpdate } from './conditional-write.ts';
import { flag, type Item, number, numberOf, rethrowTableError, type Table } from './table.ts';
import { erasedKey, type ItemKey, itemKey, readResourceSortKey, resourceSortKey } from './table-keys.ts';
import { allItems } from './table-read.ts';

/** One item per resource erased recently. DynamoDB removes it when no queue can still hold a copy. */
export function createDynamoDbErasedStore(table: Table & { readonly clock: Clock }): ErasedStore {
  const { client, tableName, clock } = table;
  const seconds = (): number => Math.floor(clock() / 1_000);
  const keyOf = (key: StateKey): ItemKey => ({ pk: erasedKey(key), sk: resourceSortKey(key) });
  return {
    async add(key) {
      const Item = { ...itemKey(keyOf(key)), ttl: number(seconds() + copiesLastSeconds) };
      await client.send(new PutItemCommand({ TableName: tableName, Item })).catch(rethrowTableError);
    },

    async list(scope) {
      const items = await allItems(table, { pk: erasedKey(scope) });
      // DynamoDB removes expired items within some days, not at once.
      return items.filter((item) => numberOf(item, 'ttl') > seconds()).map(toErased);
    },

    async noteSearched(key) {
      const condition = 'attribute_exists(#pk)';
      await conditionalUpdate(table, keyOf(key), { set: { searched: flag(true) }, condition });
    },
  };
}

function toErased(item: Item): Erased {
  return { ...readResourceSortKey(item), isSearched: item['searched']?.BOOL === true };
}
