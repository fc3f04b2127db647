import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Item, rethrowTableError, type Table } from './table.ts';
import { type ItemKey, itemKey } from './table-keys.ts';

/** `#column` names a column, `:name` a value: every column is aliased, so none can be a reserved word. */
export interface Condition {
  readonly condition?: string;
  /** Values by name. What the expressions do not use is left out. */
  readonly values?: Item;
  /** Column as the expressions name it -> stored name, where they differ. */
  readonly storedNames?: Readonly<Record<string, string>>;
}

/** The condition may also name the written values, by their columns. */
export interface Update extends Condition {
  /** undefined leaves a column as it is, null removes it. */
  readonly set?: Readonly<Record<string, Item[string] | null | undefined>>;
  readonly setIfAbsent?: Item;
  readonly add?: Item;
  readonly remove?: readonly string[];
}

export function updateInput({ tableName }: Pick<Table, 'tableName'>, key: ItemKey, update: Update) {
  const { set = {}, setIfAbsent = {}, add = {}, remove = [], ...condition } = update;
  const columns = Object.keys(set);
  const written = Object.fromEntries(
    Object.entries(set).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
  const clauses = {
    SET: [
      ...Object.keys(written).map((name) => `#${name} = :${name}`),
      ...Object.keys(setIfAbsent).map((name) => `#${name} = if_not_exists(#${name}, :${name})`),
    ],
    ADD: Object.keys(add).map((name) => `#${name} :${name}`),
    REMOVE: [...remove, ...columns.filter((name) => set[name] === null)].map((name) => `#${name}`),
  };
  const UpdateExpression = Object.entries(clauses)
    .flatMap(([clause, parts]) => (parts.length > 0 ? [`${clause} ${parts.join(', ')}`] : []))
    .join(' ');
  const values = { ...condition.values, ...setIfAbsent, ...add, ...written };
  return {
    TableName: tableName,
    Key: itemKey(key),
    UpdateExpression,
    ...conditionInput({ ...condition, values }, UpdateExpression),
  };
}

/** The condition of a put, a delete or an update, with all names and values that it and `expression` use. */
export function conditionInput({ condition, values = {}, storedNames = {} }: Condition, expression = '') {
  const used = (sign: '#' | ':'): string[] => {
    const names = `${expression} ${condition ?? ''}`.match(sign === '#' ? /#\w+/g : /:\w+/g) ?? [];
    return [...new Set(names)].map((name) => name.slice(1));
  };
  const named = used(':').flatMap((name) => {
    const value = values[name];
    return value ? [[`:${name}`, value] as const] : [];
  });
  return {
    ...(condition !== undefined && { ConditionExpression: condition }),
    ExpressionAttributeNames: Object.fromEntries(
      used('#').map((name) => [`#${name}`, storedNames[name] ?? name]),
    ),
    ...(named.length > 0 && { ExpressionAttributeValues: Object.fromEntries(named) }),
  };
}

/** `refusedBy`: the item that failed the condition, empty if there is none. */
export interface Written {
  readonly refusedBy?: Item;
}

export function conditionalUpdate(table: Table, key: ItemKey, update: Update): Promise<Written> {
  const input = {
    ...updateInput(table, key, update),
    ...(update.condition !== undefined && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }),
  };
  return orRefused(table.client.send(new UpdateItemCommand(input)));
}

/** A failed condition is an answer, every other error is rethrown as a ConnectorError. */
export async function orRefused(write: Promise<unknown>): Promise<Written> {
  try {
    await write;
    return {};
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { refusedBy: error.Item ?? {} };
    return rethrowTableError(error);
  }
}

/** All or nothing, at most 100 items. Answers the first item whose condition failed, and its position. */
export async function transact(
  client: DynamoDBClient,
  items: TransactWriteItem[],
): Promise<Written & { readonly index?: number }> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: items }));
    return {};
  } catch (error) {
    const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
    const index = reasons.findIndex(({ Code }) => Code === 'ConditionalCheckFailed');
    return index < 0 ? rethrowTableError(error) : { index, refusedBy: reasons[index]?.Item ?? {} };
  }
}
