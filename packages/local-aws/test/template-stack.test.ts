import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DeployedStack, deployStack } from '../src/template/deploy.ts';
import { startTestAccount, type TestAccount, until } from './test-account.ts';

/** queue -> function -> table; the function may write and not read. */
async function synthesize(): Promise<string> {
  const outdir = await mkdtemp(join(tmpdir(), 'cdk-out-'));
  const app = new App({ outdir });
  const stack = new Stack(app, 'Shop', { env: { account: '000000000000', region: 'eu-central-1' } });
  const table = new TableV2(stack, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    timeToLiveAttribute: 'ttl',
  });
  const queue = new Queue(stack, 'Orders', {
    enforceSSL: true,
    deadLetterQueue: { queue: new Queue(stack, 'DeadLetters'), maxReceiveCount: 2 },
  });
  const writer = new NodejsFunction(stack, 'Writer', {
    entry: join(import.meta.dirname, 'order-writer.ts'),
    runtime: Runtime.NODEJS_24_X,
    projectRoot: join(import.meta.dirname, '../../..'),
    depsLockFilePath: join(import.meta.dirname, '../../../package-lock.json'),
    environment: { TABLE_NAME: table.tableName },
    bundling: {
      format: OutputFormat.ESM,
      bundleAwsSDK: true,
      mainFields: ['module', 'main'],
      banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    },
  });
  table.grant(writer, 'dynamodb:PutItem');
  writer.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true }));
  app.synth();
  return outdir;
}

describe('a stack from the CDK', () => {
  let account: TestAccount;
  let stack: DeployedStack;
  let assembly: string;
  beforeAll(async () => {
    assembly = await synthesize();
    account = await startTestAccount();
    stack = await deployStack({ assembly, stackName: 'Shop', gateway: account.gateway });
  });
  afterAll(async () => {
    await account.stop();
    await rm(assembly, { recursive: true, force: true });
  });

  const physical = (type: string, part: string): string =>
    [...stack.resources].find(([id, resource]) => resource.type === type && id.startsWith(part))?.[1]
      .physicalId ?? '';
  const send = (body: object) =>
    account.aws('sqs', 'SendMessage', {
      QueueUrl: physical('AWS::SQS::Queue', 'Orders'),
      MessageBody: JSON.stringify(body),
    });

  test('delivers a message from the queue to the function, which writes to the table', async () => {
    await send({ pk: 'order-1' });
    const read = () =>
      account.aws('dynamodb', 'GetItem', {
        TableName: physical('AWS::DynamoDB::GlobalTable', 'Table'),
        Key: { pk: { S: 'order-1' } },
      });
    await until(async () => (await read())['Item'] !== undefined);
    expect(await read()).toMatchObject({ Item: { pk: { S: 'order-1' } } });
    await until(() => account.lambda.idle());
    expect(account.gateway.policyReport().denied).toEqual([]);
  });

  test('denies a call that the stack does not grant', async () => {
    await send({ pk: 'order-1', operation: 'read' });
    const name = physical('AWS::Lambda::Function', 'Writer');
    await until(() => account.lambda.logs(name).length > 0);
    const line: { name: string; message: string } = JSON.parse(account.lambda.logs(name)[0]?.text ?? '{}');
    expect(line.name).toBe('AccessDeniedException');
    expect(line.message).toContain('dynamodb:GetItem');
    expect(account.gateway.policyReport().denied).toMatchObject([
      { role: physical('AWS::IAM::Role', 'Writer'), action: 'dynamodb:GetItem', calls: 1 },
    ]);
  });

  test('names resources after the stack and the logical id', () => {
    expect(physical('AWS::SQS::Queue', 'Orders')).toMatch(
      new RegExp(`^${account.gateway.url}/000000000000/Shop-Orders[0-9A-F]{8}-[0-9A-F]{12}$`),
    );
  });
});
