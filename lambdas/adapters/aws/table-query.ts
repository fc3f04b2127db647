import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { ConnectorError } from '../../core/base/errors.ts';
import type { Page } from '../../core/base/page.ts';
import { itemKey } from './table-keys.ts';

export interface Table {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

export type Item = Record<string, AttributeValue>;

/** Items that one request asks for: DynamoDB knows no number beyond 2,147,483,647, and ends at 1 MB anyway. */
const MOST_A_QUERY = 1_000;

/**
 * Up to `limit` items of one partition, in the order of their sort keys. The opaque key of the next page is the last sort key.
 * A page of DynamoDB ends at 1 MB whatever was asked for, so it is asked until there are enough.
 */
export async function queryPage(
  { client, tableName }: Table,
  { pk, limit, after }: { pk: string; limit: number; after?: string | undefined },
): Promise<Page<Item>> {
  const items: Item[] = [];
  let last = after;
  do {
    const command = new QueryCommand({
      TableName: tableName,
      ...partition(pk),
      Limit: Math.min(limit - items.length, MOST_A_QUERY),
      ...(last !== undefined && { ExclusiveStartKey: itemKey({ pk, sk: last }) }),
    });
    const answer = await client.send(command).catch(rethrowTableError);
    items.push(...(answer.Items ?? []));
    last = answer.LastEvaluatedKey?.['sk']?.S;
  } while (last !== undefined && items.length < limit);
  return { items, ...(last !== undefined && { next: last }) };
}

/** How many items a partition holds, without reading them out. */
export async function countPartition({ client, tableName }: Table, pk: string): Promise<number> {
  let count = 0;
  let start: Item | undefined;
  do {
    const command = new QueryCommand({
      TableName: tableName,
      ...partition(pk),
      Select: 'COUNT',
      ...(start && { ExclusiveStartKey: start }),
    });
    const answer = await client.send(command).catch(rethrowTableError);
    count += answer.Count ?? 0;
    start = answer.LastEvaluatedKey;
  } while (start);
  return count;
}

function partition(pk: string) {
  return {
    ConsistentRead: true,
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'pk' },
    ExpressionAttributeValues: { ':pk': { S: pk } },
  };
}

/** Throttles, outages and lost answers of the table are all worth another try. */
export function rethrowTableError(error: unknown): never {
  const name = error instanceof Error ? error.name : 'Unknown';
  throw new ConnectorError(
    { failureClass: 'retry', code: `STATE_${name}` },
    `The table did not answer: ${name}.`,
    { cause: error },
  );
}

/** For an update of what must be there: what is gone needs none. */
export function unlessMissing(error: unknown): void {
  if (!(error instanceof ConditionalCheckFailedException)) rethrowTableError(error);
}
