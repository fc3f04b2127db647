import {
  type AttributeValue,
  ConditionalCheckFailedException,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { key, useTable } from './dynamodb-table.ts';

const table = useTable();

/** Updates an item. Every name has an alias, because status, cursor, at and ttl are reserved words. */
function update(id: string, expression: string, condition: string, values: Record<string, AttributeValue>) {
  const alias = (text: string) =>
    text.replace(/(?<![:\w])(pk|v|h|mv|st|at|ref|err|pv|er|ttl|status|cursor)\b/g, '#$1');
  const used = `${alias(expression)} ${alias(condition)}`;
  const names = [...new Set(used.match(/#\w+/g) ?? [])].map((name) => [name, name.slice(1)]);
  const input: UpdateItemCommandInput = {
    TableName: table.name,
    Key: key(id),
    UpdateExpression: alias(expression),
    ConditionExpression: alias(condition),
    ExpressionAttributeNames: Object.fromEntries(names),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
  if (Object.keys(values).length > 0) input.ExpressionAttributeValues = values;
  return table.client.send(new UpdateItemCommand(input));
}

const writeVersion = (id: string, version: number) =>
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

const markDeleted = (id: string, version: number, er: boolean) =>
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

const recordError = (id: string, version: number) =>
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

describe('conditional writes', () => {
  test('accept the same version again, keep the first ref and remove the error', async () => {
    await recordError('a', 3);
    expect(await table.read('a')).toMatchObject({ v: { N: '0' }, pv: { N: '3' }, err: { S: 'mapping' } });
    await writeVersion('a', 3);
    await writeVersion('a', 3);
    await writeVersion('a', 5);
    const item = await table.read('a');
    expect(item).toMatchObject({ v: { N: '5' }, h: { S: 'hash-5' }, ref: { S: 'ref-3' } });
    expect(item).not.toHaveProperty('err');
  });

  test('fail for an older version and return the old item', async () => {
    await writeVersion('a', 5);
    const failure = await writeVersion('a', 4).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConditionalCheckFailedException);
    expect((failure as ConditionalCheckFailedException).Item).toMatchObject({
      v: { N: '5' },
      st: { S: 'L' },
    });
    expect(await table.read('a')).toMatchObject({ v: { N: '5' } });
  });

  test('never replace a deleted item, except by an erasure', async () => {
    await writeVersion('a', 5);
    await markDeleted('a', 6, false);
    await expect(writeVersion('a', 9)).rejects.toMatchObject({ Item: { st: { S: 'D' }, v: { N: '6' } } });
    await expect(recordError('a', 9)).rejects.toThrow(ConditionalCheckFailedException);
    await expect(markDeleted('a', 6, false)).rejects.toThrow(ConditionalCheckFailedException);
    await markDeleted('a', 6, true);
    await expect(markDeleted('a', 6, false)).rejects.toThrow(ConditionalCheckFailedException);
    expect(await table.read('a')).toEqual({
      ...key('a'),
      st: { S: 'D' },
      v: { N: '6' },
      er: { BOOL: true },
      at: { N: '1000' },
      ttl: { N: '9000' },
      ref: { S: 'ref-5' },
    });
  });

  test('remove an attribute only from an existing item', async () => {
    await expect(update('a', 'REMOVE h', 'attribute_exists(pk)', {})).rejects.toThrow(
      ConditionalCheckFailedException,
    );
    await writeVersion('a', 1);
    await update('a', 'REMOVE h', 'attribute_exists(pk)', {});
    expect(await table.read('a')).not.toHaveProperty('h');
  });

  test('replace a value only while it is the value that was read', async () => {
    await table.client.send(
      new PutItemCommand({
        TableName: table.name,
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

  test('let one of fifty concurrent creations succeed', async () => {
    const create = (n: number) =>
      table.client.send(
        new PutItemCommand({
          TableName: table.name,
          Item: { ...key('one'), n: { N: `${n}` } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    const results = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => create(n)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('return the existing item of a failed put', async () => {
    await writeVersion('a', 1);
    const put = new PutItemCommand({
      TableName: table.name,
      Item: key('a'),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(table.client.send(put)).rejects.toMatchObject({ Item: { v: { N: '1' } } });
  });
});
