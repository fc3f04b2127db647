import { host, type JsonObject } from '@fluent-connector/local-aws';
import { readStateKey } from '../../lambdas/adapters/aws/table-keys.ts';
import type { EmbeddedConnector } from '../connector/embedded-connector.ts';
import type { Change } from './scenario.ts';

interface Row {
  readonly version: number;
  readonly isDeleted: boolean;
}

/** Ids of customers whose state row does not cover their last change: the connector does not know that it is done. */
export async function customersBehind(
  { aws, stack }: EmbeddedConnector,
  changes: readonly Change[],
): Promise<string[]> {
  const last = new Map(changes.map((change) => [change.id, change]));
  const rows = await readRows(aws, stack);
  return [...last.values()].filter((change) => !covers(rows.get(change.id), change)).map(({ id }) => id);
}

function covers(row: Row | undefined, { kind, version }: Change): boolean {
  if (kind === 'delete' || kind === 'erase') return row?.isDeleted === true;
  return row !== undefined && row.version >= version;
}

async function readRows(
  { gateway }: EmbeddedConnector['aws'],
  stack: EmbeddedConnector['stack'],
): Promise<Map<string, Row>> {
  const table = [...stack.resources.values()].find(({ type }) => type === 'AWS::DynamoDB::GlobalTable');
  const rows = new Map<string, Row>();
  let start: JsonObject | undefined;
  do {
    const input = { TableName: table?.physicalId ?? '', ...(start && { ExclusiveStartKey: start }) };
    const page = (await gateway.call({ service: 'dynamodb', operation: 'Scan', input, caller: host })) as {
      Items: { pk: { S: string }; v?: { N: string }; st?: { S: string } }[];
      LastEvaluatedKey?: JsonObject;
    };
    // The table holds settings, failures and receipts too.
    for (const { pk, v, st } of page.Items.filter((item) => readStateKey(item.pk.S)))
      rows.set(readStateKey(pk.S)?.id ?? '', { version: Number(v?.N), isDeleted: st?.S === 'D' });
    start = page.LastEvaluatedKey;
  } while (start);
  return rows;
}
