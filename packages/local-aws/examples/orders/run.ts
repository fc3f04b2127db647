import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { runAssembly } from '@fluent-connector/local-aws';
import { synthesize } from './app.ts';

const assembly = mkdtempSync(join(tmpdir(), 'orders-'));
synthesize(assembly);
const { aws, stack, stop } = await runAssembly({ assembly });
console.log(`Deployed ${stack.resources.size} resources.`);

const { url: endpoint, region } = aws.gateway;
const client = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const order = { id: 'order-1', item: 'book' };
const QueueUrl = String(stack.outputs['QueueUrl']);
await new SQSClient(client).send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(order) }));
console.log(`Sent ${order.id} to the queue.`);

const TableName = String(stack.outputs['TableName']);
const read = new GetItemCommand({ TableName, Key: { id: { S: order.id } } });
const dynamodb = new DynamoDBClient(client);
let { Item } = await dynamodb.send(read);
while (!Item) {
  await sleep(50);
  ({ Item } = await dynamodb.send(read));
}
console.log(`The function stored the item ${Item['item']?.S}.`);
console.log(`Calls without a grant: ${aws.gateway.policyReport().denied.length}.`);

await stop();
rmSync(assembly, { recursive: true });
