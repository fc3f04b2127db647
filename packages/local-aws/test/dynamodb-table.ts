import {
  type AttributeValue,
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type LocalAws, startLocalAws } from '../src/local-aws.ts';
import { clientsOf, region } from './clients.ts';

/** One local AWS for the file, and a fresh table before each test. */
export function useTable() {
  let aws: LocalAws;
  let dynamodb: DynamoDBClient;
  let tableName = '';
  let tables = 0;
  beforeAll(async () => {
    aws = await startLocalAws({ region });
    dynamodb = clientsOf(aws.gateway).dynamodb;
  });
  afterAll(() => aws.stop());
  beforeEach(async () => {
    tables += 1;
    tableName = `table-${tables}`;
    await dynamodb.send(
      new CreateTableCommand({
        TableName: tableName,
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

  return {
    get aws() {
      return aws;
    },
    get client() {
      return dynamodb;
    },
    get name() {
      return tableName;
    },
    async read(id: string) {
      const input = { TableName: tableName, Key: key(id), ConsistentRead: true };
      return (await dynamodb.send(new GetItemCommand(input))).Item;
    },
  };
}

export const key = (id: string): Record<string, AttributeValue> => ({ pk: { S: id }, sk: { S: 'state' } });
