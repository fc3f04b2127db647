import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDynamoDbStateStore } from '../../lambdas/adapters/aws/dynamodb-state-store.ts';
import { createMemoryStateStore } from '../../lambdas/adapters/memory/memory-state-store.ts';
import type { StateKey, StateStore } from '../../lambdas/core/ports/state-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../builders/embedded-table.ts';
import { idOf } from '../builders/notification.ts';

const clock = () => Date.parse('2026-11-20T12:00:00Z');
const tombstoneSeconds = 90 * 86_400;
let count = 0;

/** What every state store does. Each test has a key of its own. */
function describeStateStore(name: string, connect: () => StateStore) {
  describe(name, () => {
    let store: StateStore;
    let key: StateKey;
    const row = async () => (await store.read([key])).get(key.id);
    const commit = (version: number, over: object = {}) =>
      store.commitSynced(key, { version, hash: `h${version}`, mapperVersion: 1, ref: 'ref', ...over });
    beforeEach(() => {
      store = connect();
      key = { handlerId: 'customer', projectKey: 'local', resourceType: 'customer', id: idOf(++count) };
    });

    test('knows no row before the first commit', async () => {
      expect(await store.read([key])).toEqual(new Map([[key.id, undefined]]));
    });

    test('reads many keys at once, each with its own row', async () => {
      const other = { ...key, id: idOf(++count) };
      await commit(3);
      expect(await store.read([key, other])).toEqual(
        new Map([
          [key.id, await row()],
          [other.id, undefined],
        ]),
      );
    });

    test('commits a newer and an equal version, never an older one', async () => {
      expect(await commit(3)).toBe('committed');
      expect(await commit(3, { hash: 'again' })).toBe('committed');
      expect(await commit(2)).toBe('superseded');
      expect(await row()).toEqual({
        version: 3,
        status: 'live',
        hash: 'again',
        mapperVersion: 1,
        ref: 'ref',
      });
    });

    test('keeps the key and the customs that a commit does not name', async () => {
      await commit(1, { customs: { filled: ['title'] } });
      await store.commitSynced(key, { version: 2, hash: 'h2', mapperVersion: 1 });
      expect(await row()).toMatchObject({ version: 2, ref: 'ref', customs: { filled: ['title'] } });
    });

    test('takes the key that was really used, also over a reserved one', async () => {
      await store.reserveRef(key, 'reserved');
      await commit(1, { ref: 'found-under' });
      expect(await row()).toMatchObject({ ref: 'found-under' });
    });

    test('keeps separate what belongs to another handler or project', async () => {
      await commit(3);
      for (const over of [{ handlerId: 'mail' }, { projectKey: 'other' }, { resourceType: 'cart' }]) {
        const other = { ...key, ...over };
        expect((await store.read([other])).get(other.id)).toBeUndefined();
      }
    });

    test('a deleted row takes no upsert, no park and no second delete, but one erasure', async () => {
      await commit(3, { customs: { a: 1 } });
      expect(await store.commitDeleted(key, { version: 3, erased: false })).toBe('committed');
      expect(await row()).toEqual({
        version: 3,
        status: 'deleted',
        erased: false,
        ref: 'ref',
        customs: { a: 1 },
      });
      expect(await commit(9)).toBe('superseded');
      await store.park(key, { version: 9, code: 'X' });
      expect(await store.commitDeleted(key, { version: 4, erased: false })).toBe('superseded');
      expect(await store.commitDeleted(key, { version: 4, erased: true })).toBe('committed');
      expect(await row()).toEqual({ version: 4, status: 'deleted', erased: true });
      expect(await store.commitDeleted(key, { version: 5, erased: true })).toBe('superseded');
    });

    test('deletes what was never synced', async () => {
      expect(await store.commitDeleted(key, { version: 2, erased: false })).toBe('committed');
      expect(await row()).toMatchObject({ status: 'deleted', version: 2 });
    });

    test('a park keeps version and key and forgets the hash; the next commit ends it', async () => {
      await commit(3);
      await store.park(key, { version: 4, code: 'C0141E' });
      expect(await row()).toEqual({ version: 3, status: 'live', mapperVersion: 1, ref: 'ref' });
      await commit(5);
      expect(await row()).toMatchObject({ version: 5, hash: 'h5' });
    });

    test('a park before the first success leaves a row of version 0', async () => {
      await store.park(key, { version: 4, code: 'EMAIL_MISSING' });
      expect(await row()).toEqual({ version: 0, status: 'live' });
      expect(await commit(1)).toBe('committed');
    });

    test('forgets a hash, and does not make a row by that', async () => {
      await store.forgetHash(key);
      expect(await row()).toBeUndefined();
      await commit(3);
      await store.forgetHash(key);
      expect(await row()).toEqual({ version: 3, status: 'live', mapperVersion: 1, ref: 'ref' });
    });

    test('notes the last look that found nothing, until a commit; a deleted row takes no note', async () => {
      const missing = { since: 1_000, receives: 2, messageId: 'm-1' };
      await store.noteMissing(key, { ...missing, receives: 1 });
      await store.noteMissing(key, missing);
      expect(await row()).toEqual({ version: 0, status: 'live', missing });
      await commit(2);
      expect(await row()).not.toHaveProperty('missing');
      await store.noteMissing(key, missing);
      expect(await row()).toMatchObject({ version: 2, hash: 'h2', missing });
      await store.commitDeleted(key, { version: 2, erased: false });
      await store.noteMissing(key, missing);
      expect(await row()).toEqual({ version: 2, status: 'deleted', erased: false, ref: 'ref' });
    });

    test('reserves a key before anything is confirmed, and none for a deleted row', async () => {
      await store.reserveRef(key, 'first@example.com');
      expect(await row()).toEqual({ version: 0, status: 'live', ref: 'first@example.com' });
      await store.reserveRef(key, 'found@example.com');
      expect(await row()).toMatchObject({ ref: 'found@example.com' });
      await store.commitDeleted(key, { version: 1, erased: true });
      await expect(store.reserveRef(key, 'again@example.com')).rejects.toMatchObject({
        failureClass: 'retry',
      });
      expect(await row()).not.toHaveProperty('ref');
    });

    test('one of ten simultaneous commits of different versions wins, and it is the newest', async () => {
      await Promise.all(Array.from({ length: 10 }, (_, n) => commit(n + 1)));
      expect(await row()).toMatchObject({ version: 10, hash: 'h10' });
    });
  });
}

describe('the state store', () => {
  describeStateStore('in memory', () => createMemoryStateStore(clock, tombstoneSeconds));

  describe('on DynamoDB', () => {
    let table: EmbeddedTable;
    beforeAll(async () => {
      table = await startEmbeddedTable();
    });
    afterAll(() => table.stop());

    describeStateStore('with the real client', () =>
      createDynamoDbStateStore({ ...table, clock, tombstoneSeconds }),
    );

    test('a tombstone ends after 90 days, a live row never; a row is one write unit', async () => {
      const store = createDynamoDbStateStore({ ...table, clock, tombstoneSeconds });
      const key = { handlerId: 'customer', projectKey: 'local', resourceType: 'customer', id: idOf(++count) };
      const item = async () =>
        (
          await table.client.send(
            new GetItemCommand({
              TableName: 'state',
              Key: { pk: { S: `S#customer#local#customer#${key.id}` }, sk: { S: '#' } },
            }),
          )
        ).Item;
      const before = table.aws.gateway.capacity().writeUnits;
      const filled = [
        'firstName',
        'lastName',
        'title',
        'primaryPhone',
        'country',
        'customerNumber',
        'companyName',
        'isEmailVerified',
      ];
      await store.commitSynced(key, {
        version: 1,
        hash: 'h'.repeat(43),
        mapperVersion: 1,
        ref: key.id,
        customs: { filled },
      });
      expect(table.aws.gateway.capacity().writeUnits - before).toBe(1);
      expect((await item())?.['ttl']).toBeUndefined();
      await store.commitDeleted(key, { version: 1, erased: false });
      expect((await item())?.['ttl']).toEqual({ N: String(clock() / 1_000 + tombstoneSeconds) });
    });

    test('a table that does not answer is worth another try', async () => {
      const store = createDynamoDbStateStore({ ...table, tableName: 'nowhere', clock, tombstoneSeconds });
      const key = { handlerId: 'customer', projectKey: 'local', resourceType: 'customer', id: idOf(1) };
      await expect(store.read([key])).rejects.toMatchObject({
        failureClass: 'retry',
        code: 'STATE_ResourceNotFoundException',
      });
      await expect(store.forgetHash(key)).rejects.toMatchObject({ failureClass: 'retry' });
    });
  });
});
