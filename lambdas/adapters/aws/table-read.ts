import {
  BatchGetItemCommand,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { chunks } from '../../core/base/chunks.ts';
import type { Page } from '../../core/base/page.ts';
import { type Item, rethrowTableError, type Table, text, textOf } from './table.ts';
import { type ItemKey, itemKey } from './table-keys.ts';

/** Keys that one BatchGetItem takes. */
const KEYS_A_REQUEST = 100;
/** Requests for the same keys: an answer above 16 MB, or a throttled one, leaves some of them unread. */
const READ_ROUNDS = 3;
/** DynamoDB refuses a limit above 2,147,483,647, and a request ends at 1 MB anyway. */
const ITEMS_A_REQUEST = 1_000;

export async function readItem({ client, tableName }: Table, key: ItemKey): Promise<Item | undefined> {
  const command = new GetItemCommand({ TableName: tableName, Key: itemKey(key), ConsistentRead: true });
  return (await client.send(command).catch(rethrowTableError)).Item;
}

/** The items that exist among any number of keys, and the keys that are still unread after all rounds. */
export async function readItems(
  table: Table,
  keys: readonly ItemKey[],
): Promise<{ items: Item[]; unread: ItemKey[] }> {
  // A key that is named twice fails the whole request.
  const distinct = [...new Map(keys.map((key) => [`${key.pk} ${key.sk}`, key])).values()];
  const items: Item[] = [];
  const unread: ItemKey[] = [];
  for (const part of chunks(distinct, KEYS_A_REQUEST)) unread.push(...(await readChunk(table, part, items)));
  return { items, unread };
}

/** Adds what it finds to `items` and answers the keys that stay unread. */
async function readChunk(
  { client, tableName }: Table,
  keys: readonly ItemKey[],
  items: Item[],
): Promise<ItemKey[]> {
  let unread = [...keys];
  for (let round = 0; unread.length > 0 && round < READ_ROUNDS; round++) {
    const RequestItems = { [tableName]: { Keys: unread.map(itemKey), ConsistentRead: true } };
    const answer = await client.send(new BatchGetItemCommand({ RequestItems })).catch(rethrowTableError);
    items.push(...(answer.Responses?.[tableName] ?? []));
    const left = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    unread = left.map((key) => ({ pk: textOf(key, 'pk'), sk: textOf(key, 'sk') }));
  }
  return unread;
}

export interface PartitionQuery {
  readonly pk: string;
  /** Of the sort keys. */
  readonly prefix?: string | undefined;
  /** Sort key before the first one. */
  readonly after?: string | undefined;
  readonly newestFirst?: boolean;
}

/** Up to `limit` items of one partition, in the order of their sort keys. `next` is the last sort key. */
export async function queryPage(
  { client, tableName }: Table,
  { limit, ...query }: PartitionQuery & { readonly limit: number },
): Promise<Page<Item>> {
  const items: Item[] = [];
  let last = query.after;
  // A request ends at 1 MB whatever its limit is.
  do {
    const Limit = Math.min(limit - items.length, ITEMS_A_REQUEST);
    const input = { ...queryInput(tableName, { ...query, after: last }), Limit };
    const answer = await client.send(new QueryCommand(input)).catch(rethrowTableError);
    items.push(...(answer.Items ?? []));
    last = answer.LastEvaluatedKey?.['sk']?.S;
  } while (last !== undefined && items.length < limit);
  return { items, ...(last !== undefined && { next: last }) };
}

/** All items of a partition, read as they are needed. */
export async function* eachItem(table: Table, query: PartitionQuery): AsyncGenerator<Item> {
  let { after } = query;
  do {
    const page: Page<Item> = await queryPage(table, { ...query, after, limit: ITEMS_A_REQUEST });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

export async function allItems(table: Table, query: PartitionQuery): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of eachItem(table, query)) items.push(item);
  return items;
}

/** Counts the items of a partition without reading them out. */
export async function countItems({ client, tableName }: Table, pk: string): Promise<number> {
  let count = 0;
  let start: Item | undefined;
  do {
    const input = {
      ...queryInput(tableName, { pk }),
      Select: 'COUNT' as const,
      ...(start && { ExclusiveStartKey: start }),
    };
    const answer = await client.send(new QueryCommand(input)).catch(rethrowTableError);
    count += answer.Count ?? 0;
    start = answer.LastEvaluatedKey;
  } while (start);
  return count;
}

function queryInput(
  tableName: string,
  { pk, prefix, after, newestFirst = false }: PartitionQuery,
): QueryCommandInput {
  const hasPrefix = prefix !== undefined;
  return {
    TableName: tableName,
    ConsistentRead: true,
    ScanIndexForward: !newestFirst,
    KeyConditionExpression: hasPrefix ? '#pk = :pk AND begins_with(#sk, :prefix)' : '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'pk', ...(hasPrefix && { '#sk': 'sk' }) },
    ExpressionAttributeValues: { ':pk': text(pk), ...(hasPrefix && { ':prefix': text(prefix) }) },
    ...(after !== undefined && { ExclusiveStartKey: itemKey({ pk, sk: after }) }),
  };
}
