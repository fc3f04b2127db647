import {
  ConditionalCheckFailedException,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type ItemKey, itemKey } from './table-keys.ts';
import { type Item, rethrowTableError as rethrow, type Table } from './table-query.ts';

/** What a run store asks of the table: reads, conditional writes that tell what stood in their way, and whole partitions. */
export function createRunTable({ client, tableName }: Table) {
  async function get(key: ItemKey): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: tableName, Key: itemKey(key), ConsistentRead: true });
    return (await client.send(command).catch(rethrow)).Item;
  }

  async function update(key: ItemKey, change: Change): Promise<{ failed?: Item }> {
    const command = new UpdateItemCommand({
      ...updateOf(tableName, key, change),
      ...(change.condition !== undefined && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    });
    try {
      await client.send(command);
      return {};
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { failed: error.Item ?? {} };
      return rethrow(error);
    }
  }

  /** All or nothing. Answers what stood in the way of the first item whose condition failed, with its position. */
  async function transact(items: TransactWriteItem[]): Promise<{ failed?: { index: number; item: Item } }> {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
      return {};
    } catch (error) {
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      const index = reasons.findIndex(({ Code }) => Code === 'ConditionalCheckFailed');
      return index < 0 ? rethrow(error) : { failed: { index, item: reasons[index]?.Item ?? {} } };
    }
  }

  async function query(
    pk: string,
    over: { prefix?: string; after?: string; limit?: number; newestFirst?: boolean } = {},
  ): Promise<{ items: readonly Item[]; next?: string }> {
    const { prefix, after, limit, newestFirst = false } = over;
    const answer = await client
      .send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          ScanIndexForward: !newestFirst,
          KeyConditionExpression:
            prefix === undefined ? '#pk = :pk' : '#pk = :pk AND begins_with(#sk, :prefix)',
          ExpressionAttributeNames: { '#pk': 'pk', ...(prefix !== undefined && { '#sk': 'sk' }) },
          ExpressionAttributeValues: {
            ':pk': { S: pk },
            ...(prefix !== undefined && { ':prefix': { S: prefix } }),
          },
          ...(limit !== undefined && { Limit: limit }),
          ...(after !== undefined && { ExclusiveStartKey: itemKey({ pk, sk: after }) }),
        }),
      )
      .catch(rethrow);
    const next = answer.LastEvaluatedKey?.['sk']?.S;
    return { items: answer.Items ?? [], ...(next !== undefined && { next }) };
  }

  async function* all(pk: string, prefix?: string, from?: string): AsyncGenerator<Item> {
    let after = from;
    do {
      const page = await query(pk, {
        ...(prefix !== undefined && { prefix }),
        ...(after !== undefined && { after }),
      });
      yield* page.items;
      after = page.next;
    } while (after !== undefined);
  }

  return { get, update, transact, query, all };
}

export interface Change {
  readonly set?: Item;
  readonly add?: Item;
  readonly remove?: readonly string[];
  readonly condition?: string;
  readonly values?: Item;
}

/** Every attribute is aliased, so none can meet a reserved word. */
export function updateOf(
  tableName: string,
  key: ItemKey,
  { set = {}, add = {}, remove = [], ...rest }: Change,
) {
  const { condition, values = {} } = rest;
  const clauses = [
    clause('SET', Object.keys(set), (name) => `#${name} = :${name}`),
    clause('ADD', Object.keys(add), (name) => `#${name} :${name}`),
    clause('REMOVE', remove, (name) => `#${name}`),
  ];
  const UpdateExpression = clauses.filter((text) => text !== '').join(' ');
  const used = `${UpdateExpression} ${condition ?? ''}`.match(/#\w+/g) ?? [];
  const all = { ...prefixed(set), ...prefixed(add), ...values };
  return {
    TableName: tableName,
    Key: itemKey(key),
    UpdateExpression,
    ...(condition !== undefined && { ConditionExpression: condition }),
    ExpressionAttributeNames: Object.fromEntries(used.map((alias) => [alias, alias.slice(1)])),
    ...(Object.keys(all).length > 0 && { ExpressionAttributeValues: all }),
  };
}

function clause(word: string, names: readonly string[], part: (name: string) => string): string {
  return names.length === 0 ? '' : `${word} ${names.map(part).join(', ')}`;
}

function prefixed(values: Item): Item {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));
}
