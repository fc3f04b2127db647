import { join } from 'node:path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Queue } from 'aws-cdk-lib/aws-sqs';

/** A queue, a function that reads it, and a table that the function writes. */
export function synthesize(outdir: string): void {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Orders', { env: { account: '000000000000', region: 'eu-central-1' } });
  const table = new TableV2(stack, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } });
  const queue = new Queue(stack, 'Queue', {
    deadLetterQueue: { queue: new Queue(stack, 'DeadLetters'), maxReceiveCount: 3 },
  });
  const storeOrder = new NodejsFunction(stack, 'StoreOrder', {
    entry: join(import.meta.dirname, 'store-order.ts'),
    runtime: Runtime.NODEJS_24_X,
    environment: { TABLE_NAME: table.tableName },
    bundling: { bundleAwsSDK: true },
  });
  table.grant(storeOrder, 'dynamodb:PutItem');
  storeOrder.addEventSource(new SqsEventSource(queue));
  new CfnOutput(stack, 'QueueUrl', { value: queue.queueUrl });
  new CfnOutput(stack, 'TableName', { value: table.tableName });
  app.synth();
}
