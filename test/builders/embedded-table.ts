import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type LocalAws, startLocalAws } from '@fluent-connector/local-aws';

export interface EmbeddedTable {
  readonly aws: LocalAws;
  readonly client: DynamoDBClient;
  readonly tableName: string;
  stop(): Promise<void>;
}

/** A table like that of the stack, on the embedded DynamoDB, with a real client. */
export async function startEmbeddedTable(): Promise<EmbeddedTable> {
  const aws = await startLocalAws({ region: 'eu-central-1' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: aws.gateway.url, region: 'eu-central-1', credentials });
  const tableName = 'state';
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
  return {
    aws,
    client,
    tableName,
    async stop() {
      client.destroy();
      await aws.stop();
    },
  };
}
