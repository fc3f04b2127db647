import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDynamoDbReceiptStore } from '../../lambdas/adapters/aws/dynamodb-receipt-store.ts';
import type { ReceiptStore } from '../../lambdas/core/delivery/ports/receipt-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../builders/embedded-table.ts';
import { createMemoryReceiptStore } from '../fakes/memory-receipt-store.ts';

const receipt = {
  subject: 'a-hash',
  erasedAt: 1_700_000_000_000,
  how: 'erased',
  traceId: 'trace-1',
  incomplete: ['department', 'attribute:note'],
};

/** What every store of erasure receipts does. */
function describeReceiptStore(name: string, connect: () => ReceiptStore) {
  test(`${name}: stores a receipt under the hash of the erased resource, also when it is written twice`, async () => {
    const store = connect();
    expect(await store.read(receipt.subject)).toBeUndefined();
    await store.put({ ...receipt, incomplete: [] });
    await store.put(receipt);
    expect(await store.read(receipt.subject)).toEqual(receipt);
    expect(await store.read('another-hash')).toBeUndefined();
  });

  test(`${name}: records when the copies are gone, if the receipt exists`, async () => {
    const store = connect();
    await store.put(receipt);
    await store.noteCopiesGone(receipt.subject, receipt.erasedAt + 60_000);
    expect(await store.read(receipt.subject)).toEqual({
      ...receipt,
      copiesGoneAt: receipt.erasedAt + 60_000,
    });
    await store.noteCopiesGone('no-receipt', 1);
    expect(await store.read('no-receipt')).toBeUndefined();
  });
}

describe('the store of erasure receipts', () => {
  describeReceiptStore('in memory', createMemoryReceiptStore);

  describe('on DynamoDB', () => {
    let table: EmbeddedTable;
    beforeAll(async () => {
      table = await startEmbeddedTable();
    });
    afterAll(() => table.stop());

    describeReceiptStore('with the real client', () =>
      createDynamoDbReceiptStore({ ...table, projectKey: 'local' }),
    );
  });
});
