import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SQSEvent } from 'aws-lambda';

const client = new DynamoDBClient();
const TableName = process.env['TABLE_NAME'];

export const handler = async ({ Records }: SQSEvent): Promise<void> => {
  for (const { body } of Records) {
    const { id, item }: { id: string; item: string } = JSON.parse(body);
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: id }, item: { S: item } } }));
  }
};
