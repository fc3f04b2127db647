import {
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { key, useTable } from './dynamodb-table.ts';

const table = useTable();

describe('a transaction', () => {
  const absent = 'attribute_not_exists(pk)';
  test('writes all items or none, and says which condition failed', async () => {
    await table.client.send(
      new PutItemCommand({ TableName: table.name, Item: { ...key('b'), v: { N: '1' } } }),
    );
    const failure = await table.client
      .send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName: table.name, Item: key('a') } },
            {
              Put: {
                TableName: table.name,
                Item: key('b'),
                ConditionExpression: absent,
                ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
              },
            },
          ],
        }),
      )
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransactionCanceledException);
    const [first, second] = (failure as TransactionCanceledException).CancellationReasons ?? [];
    expect(first?.Code).toBe('None');
    expect(second).toMatchObject({ Code: 'ConditionalCheckFailed', Item: { v: { N: '1' } } });
    expect(await table.read('a')).toBeUndefined();
    expect(await table.read('b')).toMatchObject({ v: { N: '1' } });
  });

  test('writes nothing for a condition check', async () => {
    await table.client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { ConditionCheck: { TableName: table.name, Key: key('absent'), ConditionExpression: absent } },
          { Put: { TableName: table.name, Item: key('a') } },
        ],
      }),
    );
    expect(await table.read('absent')).toBeUndefined();
    expect(await table.read('a')).toBeDefined();
  });
});
