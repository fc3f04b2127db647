import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { ReceiptStore } from '../../core/delivery/ports/receipt-store.ts';
import { itemKey, receiptsKey } from './table-keys.ts';
import { rethrowTableError, type Table, unlessMissing } from './table-query.ts';

/** Receipts never end: they prove, and hold nothing that leads back to a person. */
export function createDynamoDbReceiptStore(table: Table & { readonly projectKey: string }): ReceiptStore {
  const { client, tableName } = table;
  const keyOf = (subject: string) => itemKey({ pk: receiptsKey(table.projectKey), sk: subject });
  return {
    async put({ subject, erasedAt, how, traceId, incomplete }) {
      const command = new PutItemCommand({
        TableName: tableName,
        Item: {
          ...keyOf(subject),
          at: { N: String(erasedAt) },
          how: { S: how },
          trace: { S: traceId },
          incomplete: { L: incomplete.map((field) => ({ S: field })) },
        },
      });
      await client.send(command).catch(rethrowTableError);
    },

    async read(subject) {
      const command = new GetItemCommand({ TableName: tableName, Key: keyOf(subject), ConsistentRead: true });
      const { Item: item } = await client.send(command).catch(rethrowTableError);
      if (!item) return undefined;
      return {
        subject,
        erasedAt: Number(item['at']?.N ?? 0),
        how: item['how']?.S ?? '',
        traceId: item['trace']?.S ?? '',
        incomplete: (item['incomplete']?.L ?? []).flatMap(({ S }) => S ?? []),
        ...(item['gone']?.N !== undefined && { copiesGoneAt: Number(item['gone'].N) }),
      };
    },

    async noteCopiesGone(subject, at) {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: keyOf(subject),
        UpdateExpression: 'SET #gone = :at',
        ConditionExpression: 'attribute_exists(#pk)',
        ExpressionAttributeNames: { '#gone': 'gone', '#pk': 'pk' },
        ExpressionAttributeValues: { ':at': { N: String(at) } },
      });
      await client.send(command).catch(unlessMissing);
    },
  };
}
