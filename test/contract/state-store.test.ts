import { type AttributeValue, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDynamoDbStateStore } from '../../lambdas/adapters/aws/dynamodb-state-store.ts';
import { fieldHashes } from '../../lambdas/core/delivery/field-hashes.ts';
import type { StateKey, StateStore } from '../../lambdas/core/delivery/ports/state-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../builders/embedded-table.ts';
import { idOf } from '../builders/notification.ts';
import { createMemoryStateStore } from '../fakes/memory-state-store.ts';

const clock = () => Date.parse('2026-11-20T12:00:00Z');
const at = clock() / 1_000;
const tombstoneSeconds = 90 * 86_400;
let count = 0;

/** What every state store does. Each test has a key of its own. `leaveUnread` makes the next read give up on this id. */
function describeStateStore(name: string, connect: () => StateStore & { leaveUnread(id: string): void }) {
  describe(name, () => {
    let store: ReturnType<typeof connect>;
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

    describe('reads any number of keys', () => {
      const size = 230;
      let keys: StateKey[];
      const stored = { version: 1, status: 'live', hash: 'h1', mapperVersion: 1, at };
      beforeEach(async () => {
        keys = Array.from({ length: size }, (_, n) => ({ ...key, handlerId: `many-${count}`, id: idOf(n) }));
        for (const one of keys.filter((_, n) => n % 2 === 0))
          await store.commitSynced(one, { version: 1, hash: 'h1', mapperVersion: 1 });
      });

      test.each([100, 101, 200, size])('answers each of %i keys', async (length) => {
        const some = keys.slice(0, length);
        expect(await store.read(some)).toEqual(
          new Map(some.map(({ id }, n) => [id, n % 2 === 0 ? stored : undefined])),
        );
      });

      test('answers a key once that is named more than once, in one request or in two', async () => {
        const [first, second] = keys;
        const all = await store.read(keys);
        expect(await store.read([...keys, ...keys.toReversed()])).toEqual(all);
        if (!first || !second) throw new Error('there are keys');
        expect(await store.read([first, second, first])).toEqual(
          new Map([
            [first.id, stored],
            [second.id, undefined],
          ]),
        );
      });

      test.each([4, 150])(
        'leaves out the key at position %i if it stays unread, not the others',
        async (at) => {
          const id = idOf(at);
          store.leaveUnread(id);
          const rows = await store.read(keys);
          expect(rows.has(id)).toBe(false);
          expect([...rows.keys()].sort()).toEqual(keys.map((one) => one.id).filter((one) => one !== id));
          expect(rows.get(idOf(at + 2))).toEqual(stored);
          expect(rows.get(idOf(at + 1))).toBeUndefined();
          expect((await store.read(keys)).get(id)).toEqual(stored);
        },
      );

      test('answers no key without a request for one', async () => {
        expect(await store.read([])).toEqual(new Map());
      });
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
        at,
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

    test('a deleted row takes no upsert and no second delete, but one erasure', async () => {
      await commit(3, { customs: { a: 1 } });
      expect(await store.commitDeleted(key, { version: 3, erased: false })).toBe('committed');
      expect(await row()).toEqual({
        version: 3,
        status: 'deleted',
        erased: false,
        ref: 'ref',
        customs: { a: 1 },
        at,
      });
      expect(await commit(9)).toBe('superseded');
      expect(await store.commitDeleted(key, { version: 4, erased: false })).toBe('superseded');
      expect(await store.commitDeleted(key, { version: 4, erased: true })).toBe('committed');
      expect(await row()).toEqual({ version: 4, status: 'deleted', erased: true, at });
      expect(await store.commitDeleted(key, { version: 5, erased: true })).toBe('superseded');
    });

    test('records a failed erasure on a deleted row until it is done; an erased row stays unchanged', async () => {
      await commit(3);
      await store.commitDeleted(key, { version: 3, erased: false });
      await store.markFailed(key, { version: 3, code: 'IDENTITY_CONFLICT' });
      expect(await row()).toMatchObject({
        version: 3,
        status: 'deleted',
        failure: { code: 'IDENTITY_CONFLICT', version: 3 },
      });
      await store.commitDeleted(key, { version: 3, erased: true });
      await store.markFailed(key, { version: 9, code: 'X' });
      expect(await row()).toEqual({ version: 3, status: 'deleted', erased: true, at });
    });

    test('deletes what was never synced', async () => {
      expect(await store.commitDeleted(key, { version: 2, erased: false })).toBe('committed');
      expect(await row()).toMatchObject({ status: 'deleted', version: 2 });
    });

    test('a failure keeps version and key and forgets the hash; the next commit resolves it', async () => {
      await commit(3);
      await store.markFailed(key, { version: 4, code: 'C0141E' });
      expect(await row()).toEqual({
        version: 3,
        status: 'live',
        mapperVersion: 1,
        ref: 'ref',
        failure: { code: 'C0141E', version: 4 },
        at,
      });
      await commit(5);
      expect(await row()).toMatchObject({ version: 5, hash: 'h5' });
      expect(await row()).not.toHaveProperty('failure');
    });

    test('records the highest version announced while excluded, until a commit; a deleted row stays unchanged', async () => {
      await store.noteSkipped(key, 4);
      expect(await row()).toBeUndefined();
      await commit(3);
      await store.setSkipped(key, true);
      await store.noteSkipped(key, 7);
      await store.noteSkipped(key, 5);
      expect(await row()).toMatchObject({ version: 3, isSkipped: true, skippedVersion: 7 });
      await store.setSkipped(key, false);
      expect(await row()).toMatchObject({ skippedVersion: 7 });
      await commit(8);
      expect(await row()).not.toHaveProperty('skippedVersion');
      await store.noteSkipped(key, 9);
      await store.commitDeleted(key, { version: 9, erased: false });
      await store.noteSkipped(key, 10);
      expect(await row()).not.toHaveProperty('skippedVersion');
    });

    test('a failed delete or erasure stays recorded until a commit resolves it', async () => {
      await commit(3);
      const failure = { code: 'C0141E', version: 4, wants: 'erasure' } as const;
      await store.markFailed(key, failure);
      expect((await row())?.failure).toEqual(failure);
      await commit(5, { keepsFailure: true });
      expect(await row()).toMatchObject({ version: 5, hash: 'h5', failure });
      await store.markFailed(key, { code: 'X', version: 6, wants: 'delete' });
      expect((await row())?.failure).toEqual({ code: 'X', version: 6, wants: 'delete' });
      await store.markFailed(key, { code: 'X', version: 6 });
      expect((await row())?.failure).toEqual({ code: 'X', version: 6 });
      await store.markFailed(key, failure);
      await store.commitDeleted(key, { version: 6, erased: true });
      expect(await row()).not.toHaveProperty('failure');
    });

    test('a failure before the first success creates a row of version 0', async () => {
      await store.markFailed(key, { version: 4, code: 'EMAIL_MISSING' });
      expect(await row()).toEqual({
        version: 0,
        status: 'live',
        failure: { code: 'EMAIL_MISSING', version: 4 },
      });
      expect(await commit(1)).toBe('committed');
    });

    test('forgets a hash without creating a row', async () => {
      await store.forgetHash(key);
      expect(await row()).toBeUndefined();
      await commit(3);
      await store.forgetHash(key);
      expect(await row()).toEqual({ version: 3, status: 'live', mapperVersion: 1, ref: 'ref', at });
    });

    test('records a failed attempt until a commit or a failure; a deleted row stays unchanged', async () => {
      const waiting = { code: 'FLUENT_503', receives: 2, until: 5_000 };
      await store.noteWaiting(key, { ...waiting, receives: 1 });
      await store.noteWaiting(key, waiting);
      expect(await row()).toEqual({ version: 0, status: 'live', waiting });
      await commit(2);
      expect(await row()).not.toHaveProperty('waiting');
      await store.noteWaiting(key, waiting);
      expect(await row()).toMatchObject({ version: 2, hash: 'h2', waiting });
      await store.markFailed(key, { version: 2, code: 'X' });
      expect(await row()).not.toHaveProperty('waiting');
      await store.commitDeleted(key, { version: 2, erased: false });
      await store.noteWaiting(key, waiting);
      expect(await row()).not.toHaveProperty('waiting');
    });

    test('stores the last five outcomes with any write, and an erased row keeps them', async () => {
      const end = (n: number) => ({ at: at + n, outcome: 'synced', version: n, reason: 'updated' }) as const;
      const ends = [6, 5, 4, 3, 2, 1].map(end);
      await commit(1, { recent: ends });
      expect((await row())?.recent).toEqual(ends.slice(0, 5));
      await commit(2);
      expect((await row())?.recent).toEqual(ends.slice(0, 5));
      const failed = {
        at,
        outcome: 'failed',
        version: 3,
        reason: 'INVALID:custom.fields.loyaltyId',
      } as const;
      await store.markFailed(key, { version: 3, code: 'X', recent: [failed] });
      expect((await row())?.recent).toEqual([{ ...failed, reason: 'INVALID:custom.fields.lo' }]);
      const deleted = { at, outcome: 'deleted', version: 3, reason: 'erased' } as const;
      await store.commitDeleted(key, { version: 3, erased: true, recent: [deleted, failed] });
      expect((await row())?.recent?.map(({ outcome }) => outcome)).toEqual(['deleted', 'failed']);
    });

    test('keeps the field at fault until another failure or a commit', async () => {
      await store.markFailed(key, { version: 3, code: 'C0141E', field: 'firstName' });
      expect((await row())?.failure).toEqual({ code: 'C0141E', field: 'firstName', version: 3 });
      await store.markFailed(key, { version: 4, code: 'C0141E' });
      expect((await row())?.failure).toEqual({ code: 'C0141E', version: 4 });
      await store.markFailed(key, { version: 4, code: 'C0141E', field: 'lastName' });
      await commit(5);
      expect(await row()).not.toHaveProperty('failure');
      await store.markFailed(key, { version: 6, code: 'C0140E' });
      expect((await row())?.failure).toEqual({ code: 'C0140E', version: 6 });
    });

    test('keeps the hashes of fields, and the version gap until a commit closes it', async () => {
      await commit(3, { fieldHashes: 'abcdefgh', gap: 2 });
      expect(await row()).toMatchObject({ fieldHashes: 'abcdefgh', gap: 2 });
      await commit(4);
      expect(await row()).toMatchObject({ fieldHashes: 'abcdefgh', gap: 2 });
      await commit(5, { fieldHashes: 'ijklmnop', gap: 0 });
      expect(await row()).toMatchObject({ fieldHashes: 'ijklmnop' });
      expect(await row()).not.toHaveProperty('gap');
      await store.commitDeleted(key, { version: 5, erased: false });
      expect(await row()).not.toHaveProperty('fieldHashes');
    });

    test('only an operator excludes a resource and includes it again; a commit does neither', async () => {
      await store.setSkipped(key, false);
      expect(await row()).toBeUndefined();
      await store.setSkipped(key, true);
      expect(await row()).toEqual({ version: 0, status: 'live', isSkipped: true });
      await commit(2);
      expect(await row()).toMatchObject({ version: 2, isSkipped: true });
      await store.setSkipped(key, false);
      expect(await row()).not.toHaveProperty('isSkipped');
      await store.commitDeleted(key, { version: 2, erased: false });
      await store.setSkipped(key, true);
      expect(await row()).not.toHaveProperty('isSkipped');
    });

    test('lists excluded resources, by handler, page by page, until they are included again', async () => {
      const scope = { handlerId: `skips-${++count}`, projectKey: 'local' };
      const keys = [1, 2, 3].map((n) => ({ ...scope, resourceType: 'customer', id: idOf(n) }));
      const idsOf = async (after?: string) => {
        const page = await store.skipped(scope, { limit: 2, ...(after !== undefined && { after }) });
        return { ids: page.items.map(({ id }) => id), next: page.next };
      };
      expect(await idsOf()).toEqual({ ids: [], next: undefined });
      for (const one of keys.toReversed()) await store.setSkipped(one, true);
      for (const one of keys) await store.setSkipped(one, true);
      const first = await idsOf();
      expect(first.ids).toEqual([idOf(1), idOf(2)]);
      expect(await idsOf(first.next)).toEqual({ ids: [idOf(3)], next: undefined });
      const [one] = (await store.skipped(scope, { limit: 1 })).items;
      expect(one).toEqual({ resourceType: 'customer', id: idOf(1), since: clock() });
      if (keys[0]) await store.setSkipped(keys[0], false);
      expect((await idsOf()).ids).toEqual([idOf(2), idOf(3)]);
      expect((await store.skipped({ ...scope, handlerId: 'other' }, { limit: 9 })).items).toEqual([]);
    });

    test('does not list a resource that was deleted before it was excluded', async () => {
      const scope = { handlerId: `skips-${++count}`, projectKey: 'local' };
      const gone = { ...scope, resourceType: 'customer', id: idOf(1) };
      await store.commitDeleted(gone, { version: 1, erased: false });
      await store.setSkipped(gone, true);
      expect((await store.skipped(scope, { limit: 9 })).items).toEqual([]);
    });

    test('a link fixes the key and forgets what was written under the old one; a deleted row refuses it', async () => {
      await commit(3, { fieldHashes: 'abcdefgh' });
      await store.link(key, 'other');
      expect(await row()).toEqual({
        version: 3,
        status: 'live',
        mapperVersion: 1,
        ref: 'other',
        isLinked: true,
        at,
      });
      await store.commitDeleted(key, { version: 3, erased: false });
      await expect(store.link(key, 'again')).rejects.toMatchObject({ code: 'STATE_DELETED' });
      expect(await row()).toMatchObject({ ref: 'other', isLinked: true });
      await store.commitDeleted(key, { version: 3, erased: true });
      expect(await row()).toEqual({ version: 3, status: 'deleted', erased: true, at });
    });

    test('a commit under another key than the one that was linked meanwhile changes nothing', async () => {
      await commit(3);
      await store.link(key, 'other');
      const late = { version: 4, hash: 'h', mapperVersion: 1 };
      expect(await store.commitSynced(key, { ...late, ref: 'ref' })).toBe('relinked');
      expect(await row()).toMatchObject({ version: 3, ref: 'other', isLinked: true });
      expect(await store.commitSynced(key, { ...late, version: 2, ref: 'ref' })).toBe('superseded');
      expect(await store.commitSynced(key, { ...late, ref: 'other' })).toBe('committed');
      expect(await row()).toMatchObject({ version: 4, ref: 'other', isLinked: true });
    });

    test('records the last fetch that found nothing, until a commit; a deleted row stays unchanged', async () => {
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
      expect(await row()).toEqual({ version: 2, status: 'deleted', erased: false, ref: 'ref', at });
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

/** As DynamoDB charges it: names and values in UTF-8, numbers by their digits. */
function sizeOf(item: Record<string, AttributeValue>): number {
  return Object.entries(item).reduce((sum, [name, value]) => {
    const text = value.S ?? value.N ?? String(value.BOOL);
    return sum + Buffer.byteLength(name) + Buffer.byteLength(text);
  }, 0);
}

describe('the state store', () => {
  describeStateStore('in memory', () => createMemoryStateStore(clock, tombstoneSeconds));

  describe('on DynamoDB', () => {
    let table: EmbeddedTable;
    beforeAll(async () => {
      table = await startEmbeddedTable();
    });
    afterAll(() => table.stop());

    describeStateStore('with the real client', () => ({
      ...createDynamoDbStateStore({ ...table, clock, tombstoneSeconds }),
      leaveUnread: (id) => table.leaveUnread((pk) => pk.endsWith(id), 3),
    }));

    test('a key that is unread in two of three requests is read by the third', async () => {
      const store = createDynamoDbStateStore({ ...table, clock, tombstoneSeconds });
      const key = { handlerId: 'customer', projectKey: 'local', resourceType: 'customer', id: idOf(++count) };
      await store.commitSynced(key, { version: 1, hash: 'h1', mapperVersion: 1 });
      table.leaveUnread((pk) => pk.endsWith(key.id), 2);
      expect((await store.read([key])).get(key.id)).toMatchObject({ version: 1 });
    });

    test('a tombstone expires after 90 days, a live row never; a row is one write unit', async () => {
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
        'commercetoolsId',
        'commercetoolsProjectKey',
        'commercetoolsVersion',
        'externalId',
        'customerGroup',
        'stores',
        'middleName',
      ];
      const fields = new Map([...filled, 'a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, name]));
      await store.commitSynced(key, {
        version: 123_456,
        hash: 'h'.repeat(43),
        mapperVersion: 12,
        ref: key.id,
        customs: { filled },
        fieldHashes: fieldHashes(key.id, fields),
        gap: 123_455,
        recent: Array.from({ length: 5 }, (_, n) => ({
          at: at + n,
          outcome: 'failed' as const,
          version: 123_456,
          reason: 'INVALID:custom.fields.loyaltyId',
        })),
      });
      expect(table.aws.gateway.capacity().writeUnits - before).toBe(1);
      // With a project key and a handler id of forty characters each it would still be one unit.
      expect(sizeOf((await item()) ?? {})).toBeLessThan(1_024 - 80);
      expect((await item())?.['ttl']).toBeUndefined();
      await store.commitDeleted(key, { version: 1, erased: false });
      expect((await item())?.['ttl']).toEqual({ N: String(clock() / 1_000 + tombstoneSeconds) });
    });

    test('a table that does not answer is a retry', async () => {
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
