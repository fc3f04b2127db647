import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDynamoDbFailureStore } from '../../lambdas/adapters/aws/dynamodb-failure-store.ts';
import type { FailureStore } from '../../lambdas/core/delivery/ports/failure-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../builders/embedded-table.ts';
import { idOf } from '../builders/notification.ts';
import { createMemoryFailureStore } from '../fakes/memory-failure-store.ts';

let count = 0;

/** What every failure store does. Each test has a handler of its own. */
function describeFailureStore(name: string, connect: () => FailureStore) {
  describe(name, () => {
    let store: FailureStore;
    let scope: { handlerId: string; projectKey: string };
    const keyOf = (n: number) => ({ ...scope, resourceType: 'customer', id: idOf(n) });
    const add = (n: number, over: object = {}) =>
      store.add(keyOf(n), {
        group: 'INVALID:email',
        code: 'INVALID:email',
        version: 3,
        kind: 'UPSERT',
        traceId: `trace-${n}`,
        lastSeen: 1_000 + n,
        ...over,
      });
    beforeEach(() => {
      store = connect();
      scope = { handlerId: `handler-${++count}`, projectKey: 'local' };
    });

    test('knows nothing before the first failure', async () => {
      expect(await store.groups(scope)).toEqual([]);
      expect((await store.items(scope, { group: 'X', limit: 10 })).items).toEqual([]);
    });

    test('counts the failures of one cause, with the first, the last and an example', async () => {
      for (const n of [3, 1, 2]) await add(n);
      await add(4, { group: 'C0141E', code: 'C0141E' });
      expect(await store.groups(scope)).toEqual([
        { group: 'C0141E', code: 'C0141E', count: 1, firstSeen: 1_004, lastSeen: 1_004, exampleId: idOf(4) },
        {
          group: 'INVALID:email',
          code: 'INVALID:email',
          count: 3,
          firstSeen: 1_001,
          lastSeen: 1_003,
          exampleId: idOf(1),
        },
      ]);
    });

    test('keeps one item per resource: another failure raises its count, the same write again does not', async () => {
      await add(1);
      await add(1);
      await add(1, { version: 5, lastSeen: 9_000, traceId: 'later', kind: 'DELETE', dataErasure: true });
      expect((await store.items(scope, { group: 'INVALID:email', limit: 10 })).items).toEqual([
        {
          resourceType: 'customer',
          id: idOf(1),
          group: 'INVALID:email',
          code: 'INVALID:email',
          version: 5,
          kind: 'DELETE',
          dataErasure: true,
          traceId: 'later',
          firstSeen: 1_001,
          lastSeen: 9_000,
          times: 2,
        },
      ]);
    });

    test('keeps that a delete or an erasure failed, whatever fails after it', async () => {
      await add(1, { version: 4, kind: 'DELETE', dataErasure: true });
      await add(1, { version: 3, lastSeen: 9_000, kind: 'UPSERT' });
      await add(2, { version: 4, kind: 'DELETE' });
      await add(2, { version: 5, lastSeen: 9_000 });
      await add(3);
      await add(3, { version: 4, kind: 'DELETE', lastSeen: 9_000 });
      const { items } = await store.items(scope, { group: 'INVALID:email', limit: 10 });
      expect(items.map(({ kind, dataErasure }) => [kind, dataErasure])).toEqual([
        ['DELETE', true],
        ['DELETE', undefined],
        ['DELETE', undefined],
      ]);
    });

    test('forgets a resolved failure, and a group with its last item; resolving twice changes nothing', async () => {
      await store.resolve(keyOf(1), 'INVALID:email');
      await add(1);
      await add(2);
      await store.resolve(keyOf(1), 'INVALID:email');
      expect(await store.groups(scope)).toMatchObject([{ count: 1, exampleId: idOf(2) }]);
      await store.resolve(keyOf(2), 'OTHER');
      expect(await store.groups(scope)).toMatchObject([{ count: 1 }]);
      await store.resolve(keyOf(2), 'INVALID:email');
      expect(await store.groups(scope)).toEqual([]);
    });

    test('gives a group page by page, each item once', async () => {
      for (let n = 1; n <= 7; n++) await add(n);
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.items(scope, { group: 'INVALID:email', limit: 3, ...(after && { after }) });
        expect(page.items.length).toBeLessThanOrEqual(3);
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after);
      expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7].map(idOf));
    });

    test('keeps apart what belongs to another handler or project', async () => {
      await add(1);
      expect(await store.groups({ ...scope, projectKey: 'other' })).toEqual([]);
      expect(await store.groups({ ...scope, handlerId: `${scope.handlerId}-other` })).toEqual([]);
    });
  });
}

describe('the failure store', () => {
  const memory = createMemoryFailureStore();
  describeFailureStore('in memory', () => memory);

  describe('on DynamoDB', () => {
    let table: EmbeddedTable;
    beforeAll(async () => {
      table = await startEmbeddedTable();
    });
    afterAll(() => table.stop());

    describeFailureStore('with the real client', () => createDynamoDbFailureStore(table));

    test('a table that does not answer is a retry', async () => {
      const store = createDynamoDbFailureStore({ ...table, tableName: 'nowhere' });
      const scope = { handlerId: 'customer', projectKey: 'local' };
      await expect(store.groups(scope)).rejects.toMatchObject({ failureClass: 'retry' });
      await expect(
        store.resolve({ ...scope, resourceType: 'customer', id: idOf(1) }, 'X'),
      ).rejects.toMatchObject({ failureClass: 'retry', code: 'STATE_ResourceNotFoundException' });
    });
  });
});
