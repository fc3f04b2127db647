import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { SweepCandidates } from '../../core/runs/ports/sweep-candidates.ts';
import { numberOf, rethrowTableError, type Table, text, textOf } from './table.ts';
import { itemKey, readStateKey, rowSortKey, stateKey } from './table-keys.ts';

/** Live rows by a scan, the only way to find rows without knowing their ids. */
export function createDynamoDbSweepCandidates({ client, tableName }: Table): SweepCandidates {
  return {
    async page(scope, { limit, after }) {
      const command = new ScanCommand({
        TableName: tableName,
        Limit: limit,
        FilterExpression: 'begins_with(#pk, :prefix) AND #st = :live',
        ProjectionExpression: '#pk, #v',
        ExpressionAttributeNames: { '#pk': 'pk', '#st': 'st', '#v': 'v' },
        ExpressionAttributeValues: {
          ':prefix': text(stateKey({ ...scope, id: '' }).pk),
          ':live': text('L'),
        },
        ...(after !== undefined && { ExclusiveStartKey: startKey(after) }),
      });
      const { Items = [], LastEvaluatedKey } = await client.send(command).catch(rethrowTableError);
      const items = Items.flatMap((item) => {
        const key = readStateKey(textOf(item, 'pk'));
        return key ? [{ id: key.id, version: numberOf(item, 'v') }] : [];
      });
      const { pk, sk } = LastEvaluatedKey ?? {};
      return { items, ...(pk?.S !== undefined && { next: JSON.stringify([pk.S, sk?.S ?? rowSortKey]) }) };
    },
  };
}

function startKey(after: string) {
  const [pk = '', sk = ''] = JSON.parse(after) as string[];
  return itemKey({ pk, sk });
}
