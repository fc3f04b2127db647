import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDynamoDbPendingStore } from '../../lambdas/adapters/aws/dynamodb-pending-store.ts';
import type { PendingStore } from '../../lambdas/core/delivery/ports/pending-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../builders/embedded-table.ts';
import { idOf } from '../builders/notification.ts';
import { createMemoryPendingStore } from '../fakes/memory-pending-store.ts';

const time = { now: 1_000 };
const clock = () => time.now;
let count = 0;

/** What every store of recorded changes does. Each test has a handler of its own. */
function describePendingStore(name: string, connect: () => PendingStore) {
  describe(name, () => {
    let store: PendingStore;
    let scope: { handlerId: string; projectKey: string };
    const keyOf = (n: number) => ({ ...scope, resourceType: 'customer', id: idOf(n) });
    const upsert = (version: number) => ({ version, kind: 'UPSERT' as const });
    const kept = async (n = 1) => (await store.byIds([keyOf(n)]))[0];
    beforeEach(() => {
      store = connect();
      time.now = 1_000;
      scope = { handlerId: `handler-${++count}`, projectKey: 'local' };
    });

    test('records the first change of a resource, and merges what follows', async () => {
      expect(await store.record(keyOf(1), upsert(3))).toBe('recorded');
      time.now = 2_000;
      expect(await store.record(keyOf(1), upsert(5))).toBe('merged');
      expect(await store.record(keyOf(1), upsert(4))).toBe('merged');
      expect(await store.record(keyOf(1), upsert(5))).toBe('merged');
      expect(await kept()).toEqual({
        resourceType: 'customer',
        id: idOf(1),
        version: 5,
        kind: 'UPSERT',
        since: 1_000,
      });
      expect(await store.count(scope)).toBe(1);
    });

    test('never loses a delete or an erasure to a later upsert', async () => {
      await store.record(keyOf(1), { version: 3, kind: 'DELETE', dataErasure: true });
      await store.record(keyOf(1), upsert(9));
      expect(await kept()).toMatchObject({ version: 9, kind: 'DELETE', dataErasure: true });
    });

    test.each([
      ['an equal version', upsert(3), upsert(3), true],
      ['a newer version', upsert(3), upsert(4), true],
      ['an older version', upsert(3), upsert(2), false],
      ['an upsert of what is to be deleted', { version: 3, kind: 'DELETE' as const }, upsert(9), false],
      ['a delete of what is to be updated', upsert(3), { version: 3, kind: 'DELETE' as const }, true],
      [
        'a plain delete of what is to be erased',
        { version: 3, kind: 'DELETE' as const, dataErasure: true },
        { version: 3, kind: 'DELETE' as const },
        false,
      ],
      [
        'an erasure',
        { version: 3, kind: 'DELETE' as const, dataErasure: true },
        { version: 3, kind: 'DELETE' as const, dataErasure: true },
        true,
      ],
    ])('clearing with %s', async (_what, recorded, done, isGone) => {
      await store.record(keyOf(1), recorded);
      await store.clear(keyOf(1), done);
      expect((await kept()) === undefined).toBe(isGone);
    });

    test('clears nothing if nothing is recorded', async () => {
      await store.clear(keyOf(1), upsert(3));
      expect(await store.count(scope)).toBe(0);
    });

    test('lists all changes of a handler page by page, and reads the named ones that exist', async () => {
      for (let n = 1; n <= 5; n++) await store.record(keyOf(n), upsert(n));
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await store.list(scope, { limit: 2, ...(after && { after }) });
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after);
      expect(seen).toEqual([1, 2, 3, 4, 5].map(idOf));
      const named = await store.byIds([2, 4, 9].map(keyOf));
      expect(named.map(({ version }) => version).sort()).toEqual([2, 4]);
      expect(await store.count({ ...scope, projectKey: 'other' })).toBe(0);
    });

    test('reads any number of named changes, each once even if it is named twice', async () => {
      const keys = Array.from({ length: 150 }, (_, n) => keyOf(n));
      for (const [n, key] of keys.entries()) if (n % 2 === 0) await store.record(key, upsert(n + 1));
      const recorded = keys.flatMap(({ id }, n) => (n % 2 === 0 ? [id] : []));
      for (const named of [keys, keys.slice(0, 101), [...keys, ...keys.slice(0, 3)]]) {
        const ids = new Set(named.map(({ id }) => id));
        expect((await store.byIds(named)).map(({ id }) => id).sort()).toEqual(
          recorded.filter((id) => ids.has(id)),
        );
      }
      expect(await store.byIds([])).toEqual([]);
    });

    test('changes recorded at once become one, and nothing of them is lost', async () => {
      const changes = Array.from({ length: 3 }, (_, n) => upsert(n + 1));
      const answers = await Promise.all(
        [...changes, { version: 1, kind: 'DELETE' as const }].map((change) =>
          store.record(keyOf(1), change).catch(() => 'again'),
        ),
      );
      expect(answers.filter((answer) => answer === 'recorded')).toHaveLength(1);
      const isAll = answers.every((answer) => answer !== 'again');
      if (isAll) expect(await kept()).toMatchObject({ version: 3, kind: 'DELETE' });
    });
  });
}

describe('the store of recorded changes', () => {
  const memory = createMemoryPendingStore(clock);
  describePendingStore('in memory', () => memory);

  describe('on DynamoDB', () => {
    let table: EmbeddedTable;
    beforeAll(async () => {
      table = await startEmbeddedTable();
    });
    afterAll(() => table.stop());

    describePendingStore('with the real client', () => createDynamoDbPendingStore({ ...table, clock }));

    test('never answers only a part of the named changes: an unread key is a retry', async () => {
      const store = createDynamoDbPendingStore({ ...table, clock });
      const scope = { handlerId: 'unread', projectKey: 'local', resourceType: 'customer' };
      const keys = Array.from({ length: 120 }, (_, n) => ({ ...scope, id: idOf(n) }));
      table.leaveUnread(() => true, 3);
      await expect(store.byIds(keys)).rejects.toMatchObject({
        failureClass: 'retry',
        code: 'STATE_UNREAD_KEY',
      });
    });

    test('a table that does not answer is a retry', async () => {
      const store = createDynamoDbPendingStore({ ...table, tableName: 'nowhere', clock });
      const key = { handlerId: 'customer', projectKey: 'local', resourceType: 'customer', id: idOf(1) };
      await expect(store.record(key, { version: 1, kind: 'UPSERT' })).rejects.toMatchObject({
        failureClass: 'retry',
        code: 'STATE_ResourceNotFoundException',
      });
      await expect(store.clear(key, { version: 1, kind: 'UPSERT' })).rejects.toMatchObject({
        failureClass: 'retry',
      });
    });
  });
});
