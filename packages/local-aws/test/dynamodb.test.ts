import {
  type AttributeValue,
  BatchGetItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { hostCalls, region } from './clients.ts';
import { key, useTable } from './dynamodb-table.ts';

const table = useTable();

test.each([0, 1.5, 2 ** 31, Number.MAX_SAFE_INTEGER])(
  'a query with the limit %d is refused',
  async (Limit) => {
    const query = new QueryCommand({
      TableName: table.name,
      Limit,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': { S: 'a' } },
    });
    await expect(table.client.send(query)).rejects.toMatchObject({ name: 'ValidationException' });
  },
);

describe('a query', () => {
  test('returns a partition page by page', async () => {
    for (const n of ['1', '2', '3']) {
      await table.client.send(
        new PutItemCommand({ TableName: table.name, Item: { pk: { S: 'log' }, sk: { S: n } } }),
      );
    }
    const query = {
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'log' } },
    };
    const first = await table.client.send(new QueryCommand({ ...query, Limit: 2 }));
    const rest = await table.client.send(
      new QueryCommand({ ...query, ExclusiveStartKey: first.LastEvaluatedKey }),
    );
    expect([first.Items?.length, rest.Items?.length]).toEqual([2, 1]);
  });
});

test('consumed capacity is summed for all calls, and returned to those that ask for it', async () => {
  const before = table.aws.gateway.capacity();
  const put = { TableName: table.name, Item: key('a') };
  expect(await table.client.send(new PutItemCommand(put))).not.toHaveProperty('ConsumedCapacity');
  const shown = await table.client.send(new PutItemCommand({ ...put, ReturnConsumedCapacity: 'TOTAL' }));
  expect(shown.ConsumedCapacity).toMatchObject({ CapacityUnits: 1 });
  const Keys = ['a', 'b', 'c'].map(key);
  await table.client.send(
    new BatchGetItemCommand({ RequestItems: { [table.name]: { Keys, ConsistentRead: true } } }),
  );
  const after = table.aws.gateway.capacity();
  expect(after.writeUnits - before.writeUnits).toBe(2);
  expect(after.readUnits - before.readUnits).toBe(3);
});

describe('a table', () => {
  test('has an ARN with region and account, and returns settings without effect', async () => {
    const TableArn = `arn:aws:dynamodb:${region}:000000000000:table/${table.name}`;
    const { Table } = await table.client.send(new DescribeTableCommand({ TableName: TableArn }));
    expect(Table).toMatchObject({ TableArn, TableStatus: 'ACTIVE', DeletionProtectionEnabled: true });
  });

  test('loses expired items and no others', async () => {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'ttl' };
    await table.client.send(new UpdateTimeToLiveCommand({ TableName: table.name, TimeToLiveSpecification }));
    const { TimeToLiveDescription } = await table.client.send(
      new DescribeTimeToLiveCommand({ TableName: table.name }),
    );
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
    for (const [id, ttl] of [
      ['old', '1000'],
      ['new', '99999999999'],
    ] as const) {
      await table.client.send(
        new PutItemCommand({ TableName: table.name, Item: { ...key(id), ttl: { N: ttl } } }),
      );
    }
    await table.client.send(new PutItemCommand({ TableName: table.name, Item: key('forever') }));
    await table.aws.sweepExpired();
    expect(await table.read('old')).toBeUndefined();
    expect(await table.read('new')).toBeDefined();
    expect(await table.read('forever')).toBeDefined();
  });

  test('exists as soon as CreateTable returns', async () => {
    const call = hostCalls(table.aws.gateway);
    const AttributeDefinitions = [{ AttributeName: 'pk', AttributeType: 'S' }];
    const KeySchema = [{ AttributeName: 'pk', KeyType: 'HASH' }];
    await call('dynamodb', 'CreateTable', {
      TableName: 'at-once',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions,
      KeySchema,
    });
    await call('dynamodb', 'PutItem', { TableName: 'at-once', Item: { pk: { S: 'a' } } });
  });

  test('is refused with a stream', async () => {
    const input = { TableName: 'stream', StreamSpecification: { StreamEnabled: true } };
    await expect(hostCalls(table.aws.gateway)('dynamodb', 'CreateTable', input)).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  test('stores the setting of point-in-time recovery', async () => {
    const status = async () =>
      (await table.client.send(new DescribeContinuousBackupsCommand({ TableName: table.name })))
        .ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    expect(await status()).toBe('DISABLED');
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    await table.client.send(
      new UpdateContinuousBackupsCommand({ TableName: table.name, PointInTimeRecoverySpecification }),
    );
    expect(await status()).toBe('ENABLED');
  });
});

describe('a set of numbers', () => {
  const add = (...numbers: number[]) =>
    table.client.send(
      new UpdateItemCommand({
        TableName: table.name,
        Key: key('run'),
        UpdateExpression: 'ADD #synced :numbers',
        ExpressionAttributeNames: { '#synced': 'synced' },
        ExpressionAttributeValues: { ':numbers': { NS: numbers.map(String) } },
      }),
    );

  test('grows by ADD, and stays the same when it is repeated', async () => {
    await add(1, 2);
    await add(2, 3);
    await add(2, 3);
    expect((await table.read('run'))?.['synced']?.NS?.toSorted()).toEqual(['1', '2', '3']);
  });

  test('is found page by page by a scan with a filter', async () => {
    await add(7);
    for (const id of ['a', 'b'])
      await table.client.send(new PutItemCommand({ TableName: table.name, Item: key(id) }));
    const scan = (ExclusiveStartKey?: Record<string, AttributeValue>) =>
      table.client.send(
        new ScanCommand({
          TableName: table.name,
          Limit: 2,
          FilterExpression: 'attribute_exists(synced)',
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      );
    const first = await scan();
    const second = await scan(first.LastEvaluatedKey);
    expect([...(first.Items ?? []), ...(second.Items ?? [])]).toEqual([
      { ...key('run'), synced: { NS: ['7'] } },
    ]);
    expect(second.LastEvaluatedKey).toBeUndefined();
  });
});
