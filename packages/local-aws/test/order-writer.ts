import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

/** The Lambda of template-stack.test.ts: writes each order, or reads it where the message says so. */
const client = new DynamoDBClient();
const TableName = process.env['TABLE_NAME'];

export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  for (const { messageId, body } of Records) {
    const { pk, operation }: { pk: string; operation?: string } = JSON.parse(body);
    try {
      if (operation === 'read') await client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }));
      else await client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk } } }));
    } catch (error) {
      if (error instanceof Error) console.log(JSON.stringify({ name: error.name, message: error.message }));
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
};
