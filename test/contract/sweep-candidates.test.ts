import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDynamoDbRunStore } from '../../lambdas/adapters/aws/dynamodb-run-store.ts';
import { createDynamoDbStateStore } from '../../lambdas/adapters/aws/dynamodb-state-store.ts';
import { createDynamoDbSweepCandidates } from '../../lambdas/adapters/aws/dynamodb-sweep-candidates.ts';
import type { StateStore } from '../../lambdas/core/delivery/ports/state-store.ts';
import type { SweepCandidates } from '../../lambdas/core/runs/ports/sweep-candidates.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../builders/embedded-table.ts';
import { idOf } from '../builders/notification.ts';
import { someRun } from '../builders/runs.ts';
import { createMemoryStateStore } from '../fakes/memory-state-store.ts';
import { createMemorySweepCandidates } from '../fakes/memory-sweep-candidates.ts';

const clock = () => Date.parse('2026-11-20T12:00:00Z');
const scope = { handlerId: 'customer', projectKey: 'local', resourceType: 'customer' };

async function fill(store: StateStore): Promise<void> {
  const synced = { hash: 'h', mapperVersion: 1 };
  for (let n = 1; n <= 25; n++)
    await store.commitSynced({ ...scope, id: idOf(n) }, { version: n, ...synced });
  await store.commitDeleted({ ...scope, id: idOf(3) }, { version: 3, erased: false });
  for (const other of [{ handlerId: 'mail' }, { projectKey: 'local2' }, { resourceType: 'customers' }])
    await store.commitSynced({ ...scope, id: idOf(99), ...other }, { version: 1, ...synced });
}

async function everything(candidates: SweepCandidates, limit: number) {
  const found: { id: string; version: number }[] = [];
  let after: string | undefined;
  do {
    const page = await candidates.page(scope, { limit, ...(after !== undefined && { after }) });
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found.sort((a, b) => a.version - b.version);
}

const live = Array.from({ length: 25 }, (_, n) => ({ id: idOf(n + 1), version: n + 1 })).filter(
  ({ version }) => version !== 3,
);

describe('the candidates of a sweep', () => {
  let table: EmbeddedTable;
  beforeAll(async () => {
    table = await startEmbeddedTable();
  });
  afterAll(() => table.stop());

  test.each([4, 7, 1_000])('in memory: every live row of the scope once, %i at a time', async (limit) => {
    const store = createMemoryStateStore(clock, 1);
    await fill(store);
    expect(await everything(createMemorySweepCandidates(store), limit)).toEqual(live);
  });

  test('on DynamoDB: every live row of the scope once, among other kinds of items', async () => {
    await fill(createDynamoDbStateStore({ ...table, clock, tombstoneSeconds: 1 }));
    await createDynamoDbRunStore({ ...table, projectKey: 'local', clock }).create(someRun());
    for (const limit of [4, 7, 1_000])
      expect(await everything(createDynamoDbSweepCandidates(table), limit)).toEqual(live);
  });

  test('a table that does not answer is a retry', async () => {
    const candidates = createDynamoDbSweepCandidates({ ...table, tableName: 'nowhere' });
    await expect(candidates.page(scope, { limit: 1 })).rejects.toMatchObject({ failureClass: 'retry' });
  });
});
