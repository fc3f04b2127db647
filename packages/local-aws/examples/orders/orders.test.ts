import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { host, type JsonObject, type RunningAssembly, runAssembly } from '@fluent-connector/local-aws';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { synthesize } from './app.ts';

const assembly = mkdtempSync(join(tmpdir(), 'orders-'));
let app: RunningAssembly;
beforeAll(async () => {
  synthesize(assembly);
  app = await runAssembly({ assembly });
});
afterAll(async () => {
  await app.stop();
  rmSync(assembly, { recursive: true });
});

test('stores an order although DynamoDB throttles the first write', async () => {
  const { gateway } = app.aws;
  const { QueueUrl = '', TableName = '' } = app.stack.outputs;
  gateway.faults.add({ kind: 'throttle', service: 'dynamodb', operation: 'PutItem', rate: 1, limit: 1 });
  const call = (service: string, operation: string, input: JsonObject) =>
    gateway.call({ service, operation, input, caller: host });

  await call('sqs', 'SendMessage', { QueueUrl, MessageBody: '{"id":"order-1","item":"book"}' });

  const read = () => call('dynamodb', 'GetItem', { TableName, Key: { id: { S: 'order-1' } } });
  await expect.poll(read, { timeout: 30_000 }).toMatchObject({ Item: { item: { S: 'book' } } });
  expect(gateway.faults.counts()).toMatchObject([{ times: 1 }]);
  expect(gateway.policyReport().denied).toEqual([]);
});
