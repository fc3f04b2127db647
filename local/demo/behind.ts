import { host, type JsonObject } from '@fluent-connector/local-aws';
import { readStateKey } from '../../lambdas/adapters/aws/table-keys.ts';
import type { EmbeddedConnector } from '../connector/embedded-connector.ts';
import type { Change } from './scenario.ts';

interface SyncRecord {
  readonly version: number;
  readonly isDeleted: boolean;
}

/** Ids of customers whose sync record is older than their last change. */
export async function customersBehind(
  { aws, stack }: EmbeddedConnector,
  changes: readonly Change[],
): Promise<string[]> {
  const last = new Map(changes.map((change) => [change.id, change]));
  const records = await readSyncRecords(aws, stack);
  return [...last.values()].filter((change) => !covers(records.get(change.id), change)).map(({ id }) => id);
}

function covers(record: SyncRecord | undefined, { kind, version }: Change): boolean {
  if (kind === 'delete' || kind === 'erase') return record?.isDeleted === true;
  return record !== undefined && record.version >= version;
}

async function readSyncRecords(
  { gateway }: EmbeddedConnector['aws'],
  stack: EmbeddedConnector['stack'],
): Promise<Map<string, SyncRecord>> {
  const table = [...stack.resources.values()].find(({ type }) => type === 'AWS::DynamoDB::GlobalTable');
  const records = new Map<string, SyncRecord>();
  let start: JsonObject | undefined;
  do {
    const input = { TableName: table?.physicalId ?? '', ...(start && { ExclusiveStartKey: start }) };
    const page = (await gateway.call({ service: 'dynamodb', operation: 'Scan', input, caller: host })) as {
      Items: { pk: { S: string }; v?: { N: string }; st?: { S: string } }[];
      LastEvaluatedKey?: JsonObject;
    };
    // The table holds settings, failures and receipts too.
    for (const { pk, v, st } of page.Items.filter((item) => readStateKey(item.pk.S)))
      records.set(readStateKey(pk.S)?.id ?? '', { version: Number(v?.N), isDeleted: st?.S === 'D' });
    start = page.LastEvaluatedKey;
  } while (start);
  return records;
}
