import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { ReceiptStore } from '../../core/delivery/ports/receipt-store.ts';
import { conditionalUpdate } from './conditional-write.ts';
import { number, numberOf, rethrowTableError, type Table, text, textOf } from './table.ts';
import { type ItemKey, itemKey, receiptsKey } from './table-keys.ts';
import { readItem } from './table-read.ts';

/** Receipts never expire: they are proof, and contain nothing that identifies a person. */
export function createDynamoDbReceiptStore(table: Table & { readonly projectKey: string }): ReceiptStore {
  const { client, tableName, projectKey } = table;
  const keyOf = (subject: string): ItemKey => ({ pk: receiptsKey(projectKey), sk: subject });
  return {
    async put({ subject, erasedAt, how, traceId, incomplete }) {
      const Item = {
        ...itemKey(keyOf(subject)),
        ...{ at: number(erasedAt), how: text(how), trace: text(traceId) },
        incomplete: { L: incomplete.map(text) },
      };
      await client.send(new PutItemCommand({ TableName: tableName, Item })).catch(rethrowTableError);
    },

    async read(subject) {
      const item = await readItem(table, keyOf(subject));
      if (!item) return undefined;
      return {
        subject,
        erasedAt: numberOf(item, 'at'),
        how: textOf(item, 'how'),
        traceId: textOf(item, 'trace'),
        incomplete: (item['incomplete']?.L ?? []).flatMap(({ S }) => S ?? []),
        ...(item['gone'] && { copiesGoneAt: numberOf(item, 'gone') }),
      };
    },

    async noteCopiesGone(subject, at) {
      const condition = 'attribute_exists(#pk)';
      await conditionalUpdate(table, keyOf(subject), { set: { gone: number(at) }, condition });
    },
  };
}
