import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDynamoDbErasedStore } from '../../lambdas/adapters/aws/dynamodb-erased-store.ts';
import type { Clock } from '../../lambdas/core/base/ports/clock.ts';
import type { ErasedStore } from '../../lambdas/core/delivery/ports/erased-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../builders/embedded-table.ts';
import { idOf } from '../builders/notification.ts';
import { createMemoryErasedStore } from '../fakes/memory-erased-store.ts';

const day = 86_400_000;
let round = 0;

/** What every store of erased resources does. */
function describeErasedStore(name: string, connect: (clock: Clock) => ErasedStore) {
  describe(name, () => {
    const time = { now: Date.parse('2026-11-20T12:00:00Z') };
    const open = () => {
      const scope = { handlerId: `customer-${++round}`, projectKey: 'local' };
      const keyOf = (n: number) => ({ ...scope, resourceType: 'customer', id: idOf(n) });
      return { store: connect(() => time.now), scope, keyOf };
    };

    test('lists what was added, by handler, and whether it was searched', async () => {
      const { store, scope, keyOf } = open();
      expect(await store.list(scope)).toEqual([]);
      await store.add(keyOf(2));
      await store.add(keyOf(1));
      await store.noteSearched(keyOf(2));
      expect(await store.list(scope)).toEqual([
        { resourceType: 'customer', id: idOf(1), isSearched: false },
        { resourceType: 'customer', id: idOf(2), isSearched: true },
      ]);
      expect(await store.list({ ...scope, handlerId: `${scope.handlerId}0` })).toEqual([]);
    });

    test('a resource that is added again is searched again', async () => {
      const { store, scope, keyOf } = open();
      await store.add(keyOf(1));
      await store.noteSearched(keyOf(1));
      await store.add(keyOf(1));
      expect(await store.list(scope)).toMatchObject([{ isSearched: false }]);
    });

    test('a note does not add a resource that was never added or has expired', async () => {
      const { store, scope, keyOf } = open();
      await store.noteSearched(keyOf(1));
      expect(await store.list(scope)).toEqual([]);
    });

    test('lists a resource until the last moment at which a copy may exist', async () => {
      const { store, scope, keyOf } = open();
      await store.add(keyOf(1));
      time.now += 34 * day;
      expect(await store.list(scope)).toHaveLength(1);
      time.now += day;
      expect(await store.list(scope)).toEqual([]);
    });
  });
}

describe('the store of erased resources', () => {
  describeErasedStore('in memory', createMemoryErasedStore);

  describe('on DynamoDB', () => {
    let table: EmbeddedTable;
    beforeAll(async () => {
      table = await startEmbeddedTable();
    });
    afterAll(() => table.stop());

    describeErasedStore('with the real client', (clock) => createDynamoDbErasedStore({ ...table, clock }));
  });
});
