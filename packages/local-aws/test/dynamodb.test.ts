import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../src/local-aws.ts';
import { clientsOf, hostCalls, region } from './clients.ts';

let aws: LocalAws;
let dynamodb: ReturnType<typeof clientsOf>['dynamodb'];
let TableName: string;
let tables = 0;

beforeAll(async () => {
  aws = await startLocalAws({ region });
  dynamodb = clientsOf(aws.gateway).dynamodb;
});
afterAll(() => aws.stop());
beforeEach(async () => {
  tables += 1;
  TableName = `state-${tables}`;
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      DeletionProtectionEnabled: true,
    }),
  );
});

const key = (id: string): Record<string, AttributeValue> => ({ pk: { S: id }, sk: { S: 'state' } });
const read = async (id: string) =>
  (await dynamodb.send(new GetItemCommand({ TableName, Key: key(id), ConsistentRead: true }))).Item;

/** Aliases every name, as the state table's adapter must: status, cursor, at, ttl are reserved words. */
function update(id: string, expression: string, condition: string, values: Record<string, AttributeValue>) {
  const alias = (text: string) =>
    text.replace(/(?<![:\w])(pk|v|h|mv|st|at|ref|err|pv|er|ttl|status|cursor)\b/g, '#$1');
  const used = `${alias(expression)} ${alias(condition)}`;
  const names = [...new Set(used.match(/#\w+/g) ?? [])].map((name) => [name, name.slice(1)]);
  const input: UpdateItemCommandInput = {
    TableName,
    Key: key(id),
    UpdateExpression: alias(expression),
    ConditionExpression: alias(condition),
    ExpressionAttributeNames: Object.fromEntries(names),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
  if (Object.keys(values).length > 0) input.ExpressionAttributeValues = values;
  return dynamodb.send(new UpdateItemCommand(input));
}

const commitUpsert = (id: string, version: number) =>
  update(
    id,
    'SET v=:c, h=:h, mv=:mv, st=:L, at=:t, ref=if_not_exists(ref,:ref) REMOVE err, pv',
    'attribute_not_exists(pk) OR (st <> :D AND v <= :c)',
    {
      ':c': { N: `${version}` },
      ':h': { S: `hash-${version}` },
      ':mv': { N: '1' },
      ':t': { N: '1000' },
      ':ref': { S: `ref-${version}` },
      ':L': { S: 'L' },
      ':D': { S: 'D' },
    },
  );

const commitDelete = (id: string, version: number, er: boolean) =>
  update(
    id,
    'SET st=:D, v=:v, er=:er, at=:t, ttl=:t90 REMOVE h, mv, err, pv',
    'attribute_not_exists(pk) OR st <> :D OR (er = :false AND :er = :true)',
    {
      ':v': { N: `${version}` },
      ':er': { BOOL: er },
      ':t': { N: '1000' },
      ':t90': { N: '9000' },
      ':D': { S: 'D' },
      ':false': { BOOL: false },
      ':true': { BOOL: true },
    },
  );

const park = (id: string, version: number) =>
  update(
    id,
    'SET err=:code, pv=:v, v=if_not_exists(v,:zero), st=if_not_exists(st,:L), at=:t REMOVE h',
    'attribute_not_exists(pk) OR st <> :D',
    {
      ':code': { S: 'mapping' },
      ':v': { N: `${version}` },
      ':zero': { N: '0' },
      ':t': { N: '1000' },
      ':L': { S: 'L' },
      ':D': { S: 'D' },
    },
  );

test.each([0, 1.5, 2 ** 31, Number.MAX_SAFE_INTEGER])('a query takes no limit of %d', async (Limit) => {
  const query = new QueryCommand({
    TableName,
    Limit,
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'pk' },
    ExpressionAttributeValues: { ':pk': { S: 'a' } },
  });
  await expect(dynamodb.send(query)).rejects.toMatchObject({ name: 'ValidationException' });
});

describe('the delivery protocol’s conditions', () => {
  test('an upsert commits once more at the same version, keeps the first ref, and clears the error', async () => {
    await park('a', 3);
    expect(await read('a')).toMatchObject({ v: { N: '0' }, pv: { N: '3' }, err: { S: 'mapping' } });
    await commitUpsert('a', 3);
    await commitUpsert('a', 3);
    await commitUpsert('a', 5);
    const item = await read('a');
    expect(item).toMatchObject({ v: { N: '5' }, h: { S: 'hash-5' }, ref: { S: 'ref-3' } });
    expect(item).not.toHaveProperty('err');
  });

  test('an older upsert fails with the old item, so that “already done” can be told from a conflict', async () => {
    await commitUpsert('a', 5);
    const failure = await commitUpsert('a', 4).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConditionalCheckFailedException);
    expect((failure as ConditionalCheckFailedException).Item).toMatchObject({
      v: { N: '5' },
      st: { S: 'L' },
    });
    expect(await read('a')).toMatchObject({ v: { N: '5' } });
  });

  test('nothing revives a deleted customer; erasure goes over a plain delete, never back', async () => {
    await commitUpsert('a', 5);
    await commitDelete('a', 6, false);
    await expect(commitUpsert('a', 9)).rejects.toMatchObject({ Item: { st: { S: 'D' }, v: { N: '6' } } });
    await expect(park('a', 9)).rejects.toThrow(ConditionalCheckFailedException);
    await expect(commitDelete('a', 6, false)).rejects.toThrow(ConditionalCheckFailedException);
    await commitDelete('a', 6, true);
    await expect(commitDelete('a', 6, false)).rejects.toThrow(ConditionalCheckFailedException);
    expect(await read('a')).toEqual({
      ...key('a'),
      st: { S: 'D' },
      v: { N: '6' },
      er: { BOOL: true },
      at: { N: '1000' },
      ttl: { N: '9000' },
      ref: { S: 'ref-5' },
    });
  });

  test('a hash is forgotten only where there is a row', async () => {
    await expect(update('a', 'REMOVE h', 'attribute_exists(pk)', {})).rejects.toThrow(
      ConditionalCheckFailedException,
    );
    await commitUpsert('a', 1);
    await update('a', 'REMOVE h', 'attribute_exists(pk)', {});
    expect(await read('a')).not.toHaveProperty('h');
  });

  test('a run’s cursor moves only from where it was read, while it is running', async () => {
    await dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: { ...key('run'), cursor: { S: '1' }, status: { S: 'running' } },
      }),
    );
    const move = (from: string, to: string) =>
      update('run', 'SET cursor = :new', 'cursor = :old AND status = :running', {
        ':old': { S: from },
        ':new': { S: to },
        ':running': { S: 'running' },
      });
    await move('1', '2');
    await expect(move('1', '3')).rejects.toMatchObject({ Item: { cursor: { S: '2' } } });
  });

  test('of fifty creations at the same time one wins', async () => {
    const create = (n: number) =>
      dynamodb.send(
        new PutItemCommand({
          TableName,
          Item: { ...key('one'), n: { N: `${n}` } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    const results = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => create(n)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a failed creation shows the item that was there, also to Put', async () => {
    await commitUpsert('a', 1);
    const put = new PutItemCommand({
      TableName,
      Item: key('a'),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(dynamodb.send(put)).rejects.toMatchObject({ Item: { v: { N: '1' } } });
  });
});

describe('reading', () => {
  test('pages through a partition', async () => {
    for (const n of ['1', '2', '3']) {
      await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'log' }, sk: { S: n } } }));
    }
    const query = {
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'log' } },
    };
    const first = await dynamodb.send(new QueryCommand({ ...query, Limit: 2 }));
    const rest = await dynamodb.send(
      new QueryCommand({ ...query, ExclusiveStartKey: first.LastEvaluatedKey }),
    );
    expect([first.Items?.length, rest.Items?.length]).toEqual([2, 1]);
  });
});

test('capacity is summed for everybody, and shown to those who asked', async () => {
  const before = aws.gateway.capacity();
  const put = { TableName, Item: key('a') };
  expect(await dynamodb.send(new PutItemCommand(put))).not.toHaveProperty('ConsumedCapacity');
  const shown = await dynamodb.send(new PutItemCommand({ ...put, ReturnConsumedCapacity: 'TOTAL' }));
  expect(shown.ConsumedCapacity).toMatchObject({ CapacityUnits: 1 });
  const Keys = ['a', 'b', 'c'].map(key);
  await dynamodb.send(
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
  );
  const after = aws.gateway.capacity();
  expect(after.writeUnits - before.writeUnits).toBe(2);
  expect(after.readUnits - before.readUnits).toBe(3);
});

describe('the table', () => {
  test('has the ARN of region and account, and shows settings that are only recorded', async () => {
    const TableArn = `arn:aws:dynamodb:${region}:000000000000:table/${TableName}`;
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName: TableArn }));
    expect(Table).toMatchObject({ TableArn, TableStatus: 'ACTIVE', DeletionProtectionEnabled: true });
  });

  test('time to live deletes what has expired, nothing else', async () => {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'ttl' };
    await dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
    for (const [id, ttl] of [
      ['old', '1000'],
      ['new', '99999999999'],
    ] as const) {
      await dynamodb.send(new PutItemCommand({ TableName, Item: { ...key(id), ttl: { N: ttl } } }));
    }
    await dynamodb.send(new PutItemCommand({ TableName, Item: key('forever') }));
    await aws.sweepExpired();
    expect(await read('old')).toBeUndefined();
    expect(await read('new')).toBeDefined();
    expect(await read('forever')).toBeDefined();
  });

  test('is there as soon as its creation is answered', async () => {
    const call = hostCalls(aws.gateway);
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

  test('with a stream is refused: nobody would read it', async () => {
    const input = { TableName: 'stream', StreamSpecification: { StreamEnabled: true } };
    await expect(hostCalls(aws.gateway)('dynamodb', 'CreateTable', input)).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  test('remembers point-in-time recovery', async () => {
    const status = async () =>
      (await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }))).ContinuousBackupsDescription
        ?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    expect(await status()).toBe('DISABLED');
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
    await dynamodb.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
    expect(await status()).toBe('ENABLED');
  });
});

describe('transactions', () => {
  const absent = 'attribute_not_exists(pk)';
  test('write all or nothing, and say which condition failed', async () => {
    await commitUpsert('b', 1);
    const failure = await dynamodb
      .send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: key('a') } },
            {
              Put: {
                TableName,
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
    expect(await read('a')).toBeUndefined();
    expect(await read('b')).toMatchObject({ v: { N: '1' } });
  });

  test('a condition check leaves no trace', async () => {
    await dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { ConditionCheck: { TableName, Key: key('absent'), ConditionExpression: absent } },
          { Put: { TableName, Item: key('a') } },
        ],
      }),
    );
    expect(await read('absent')).toBeUndefined();
    expect(await read('a')).toBeDefined();
  });
});

describe('sets of numbers', () => {
  const add = (...numbers: number[]) =>
    dynamodb.send(
      new UpdateItemCommand({
        TableName,
        Key: key('run'),
        UpdateExpression: 'ADD #synced :ends',
        ExpressionAttributeNames: { '#synced': 'synced' },
        ExpressionAttributeValues: { ':ends': { NS: numbers.map(String) } },
      }),
    );

  test('grow by ADD, and by nothing when it is repeated', async () => {
    await add(1, 2);
    await add(2, 3);
    await add(2, 3);
    expect((await read('run'))?.['synced']?.NS?.toSorted()).toEqual(['1', '2', '3']);
  });

  test('are read page by page by a scan with a filter', async () => {
    await add(7);
    for (const id of ['a', 'b']) await dynamodb.send(new PutItemCommand({ TableName, Item: key(id) }));
    const scan = (ExclusiveStartKey?: Record<string, AttributeValue>) =>
      dynamodb.send(
        new ScanCommand({
          TableName,
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
