import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ConnectorError } from '../../core/base/errors.ts';
import type { SweepCandidates } from '../../core/runs/ports/sweep-candidates.ts';
import { itemKey, readStateKey, rowSortKey, stateKey } from './table-keys.ts';

export interface DynamoDbSweepCandidatesOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** Live rows by a scan, which is the only way to see rows that nobody named. */
export function createDynamoDbSweepCandidates({
  client,
  tableName,
}: DynamoDbSweepCandidatesOptions): SweepCandidates {
  return {
    async page(scope, { limit, after }) {
      const command = new ScanCommand({
        TableName: tableName,
        Limit: limit,
        FilterExpression: 'begins_with(#pk, :prefix) AND #st = :live',
        ProjectionExpression: '#pk, #v',
        ExpressionAttributeNames: { '#pk': 'pk', '#st': 'st', '#v': 'v' },
        ExpressionAttributeValues: {
          ':prefix': { S: stateKey({ ...scope, id: '' }).pk },
          ':live': { S: 'L' },
        },
        ...(after !== undefined && { ExclusiveStartKey: startKey(after) }),
      });
      const answer = await client.send(command).catch((cause: unknown) => {
        const name = cause instanceof Error ? cause.name : 'Unknown';
        throw new ConnectorError(
          { failureClass: 'retry', code: `STATE_${name}` },
          `The table could not be scanned: ${name}.`,
          { cause },
        );
      });
      const items = (answer.Items ?? []).flatMap((item) => {
        const key = readStateKey(item['pk']?.S ?? '');
        return key ? [{ id: key.id, version: Number(item['v']?.N ?? 0) }] : [];
      });
      const { pk, sk } = answer.LastEvaluatedKey ?? {};
      return { items, ...(pk?.S !== undefined && { next: JSON.stringify([pk.S, sk?.S ?? rowSortKey]) }) };
    },
  };
}

function startKey(after: string) {
  const [pk = '', sk = ''] = JSON.parse(after) as string[];
  return itemKey({ pk, sk });
}
