import { DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { host, type JsonObject } from '@fluent-connector/local-aws';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDynamoDbRunStore } from '../../lambdas/adapters/aws/dynamodb-run-store.ts';
import type { Difference } from '../../lambdas/core/runs/difference.ts';
import type { RunStore } from '../../lambdas/core/runs/ports/run-store.ts';
import { type Run, runStatuses } from '../../lambdas/core/runs/run.ts';
import { noEntries } from '../../lambdas/core/runs/run-entries.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../builders/embedded-table.ts';
import { idOf } from '../builders/notification.ts';
import { somePage, someRun } from '../builders/runs.ts';
import { createMemoryRunStore } from '../fakes/memory-run-store.ts';

const time = { now: 50_000 };
const clock = () => time.now;
/** What `advance` writes: a page further. */
const next = (run: Run, over: object = {}) => ({
  cursor: { page: run.cursor.page + 1, stage: 'source' as const, after: idOf(9), ...over },
  counts: { listed: 9, planned: 7, classes: { missing: 7 } },
});

/** What every run store does. Each run has a handler of its own. */
function describeRunStore(name: string, connect: () => RunStore) {
  describe(name, () => {
    let store: RunStore;
    let run: Run;
    const read = async () => {
      const found = await store.read(run.id);
      if (!found) throw new Error('no such run');
      return found;
    };
    beforeEach(async () => {
      time.now = 50_000;
      store = connect();
      run = someRun();
      expect(await store.create(run)).toEqual({ answer: 'created' });
    });

    test('gives a run back as it was written, and knows no other', async () => {
      const full = someRun({
        mode: 'reconcile',
        reason: 'first',
        options: { compare: 'oms', repair: ['missing'], from: '2026-11-20T00:00:00Z' },
        window: { from: 1, to: 2 },
        ratePerSecond: 2.5,
        expected: 12,
      });
      await store.create(full);
      expect(await store.read(full.id)).toEqual(full);
      expect(await store.read(someRun().id)).toBeUndefined();
    });

    test('allows one run of a handler at a time and names it to the second one', async () => {
      const second = someRun({ handler: run.handler });
      expect(await store.create(second)).toEqual({ answer: 'busy', runId: run.id });
      expect(await store.read(second.id)).toBeUndefined();
      expect(await store.create(someRun())).toEqual({ answer: 'created' });
    });

    test('of ten starts at once one wins, and all others name it', async () => {
      const handler = someRun().handler;
      const all = Array.from({ length: 10 }, () => someRun({ handler }));
      const answers = await Promise.all(all.map((one) => store.create(one)));
      const winner = all[answers.findIndex(({ answer }) => answer === 'created')];
      expect(answers.filter(({ answer }) => answer === 'created')).toHaveLength(1);
      for (const answer of answers.filter(({ answer }) => answer === 'busy'))
        expect(answer).toEqual({ answer: 'busy', runId: winner?.id });
    });

    test('the same start once more changes nothing', async () => {
      await store.advance(run, next(run));
      expect(await store.create(run)).toEqual({ answer: 'created' });
      expect(await read()).toMatchObject({ cursor: { page: 1 } });
    });

    test.each(['finished', 'failed', 'cancelled'] as const)(
      'a run that is %s frees the lock, keeps its reason and stays ended',
      async (end) => {
        await store.setStatus(run, 'running');
        time.now = 60_000;
        const running = { ...run, status: 'running' as const };
        expect(await store.setStatus(running, end, 'WHY')).toBe('changed');
        expect(await read()).toMatchObject({
          status: end,
          statusReason: 'WHY',
          endedAt: 60_000,
          updatedAt: 60_000,
        });
        for (const status of runStatuses)
          expect(await store.setStatus({ ...run, status: end }, status)).toBe('refused');
        expect(await store.advance(run, next(run))).toBe('stale');
        expect(await store.create(someRun({ handler: run.handler }))).toEqual({ answer: 'created' });
      },
    );

    test('the end of an old run does not free the lock of its successor', async () => {
      await store.setStatus(run, 'cancelled');
      const second = someRun({ handler: run.handler });
      await store.create(second);
      expect(await store.setStatus(run, 'cancelled')).toBe('refused');
      expect(await store.create(someRun({ handler: run.handler }))).toEqual({
        answer: 'busy',
        runId: second.id,
      });
    });

    test('a paused run keeps its lock for as long as it is paused', async () => {
      await store.setStatus(run, 'paused');
      time.now += 400 * 86_400_000;
      expect(await store.create(someRun({ handler: run.handler }))).toMatchObject({ answer: 'busy' });
    });

    test('the reason of a status is forgotten with the next one, why the run is what it is stays', async () => {
      const first = someRun({ handler: 'second', reason: 'first' });
      await store.create(first);
      await store.setStatus(first, 'paused', 'operator:jo');
      expect(await store.read(first.id)).toMatchObject({ reason: 'first', statusReason: 'operator:jo' });
      await store.setStatus({ ...first, status: 'paused' }, 'running');
      const resumed = await store.read(first.id);
      expect(resumed).toMatchObject({ reason: 'first', status: 'running' });
      expect(resumed).not.toHaveProperty('statusReason');
    });

    test('a status is changed from the one it has, to one that may follow', async () => {
      expect(await store.setStatus({ ...run, status: 'running' }, 'paused')).toBe('refused');
      expect(await store.setStatus(run, 'finished')).toBe('refused');
      expect(await store.setStatus(run, 'running')).toBe('changed');
      expect(await read()).toMatchObject({ status: 'running', updatedAt: 50_000 });
      expect(await read()).not.toHaveProperty('endedAt');
    });

    test('the cursor moves once from exactly its current position', async () => {
      time.now = 70_000;
      const moves = await Promise.all([1, 2, 3].map(() => store.advance(run, next(run))));
      expect(moves.sort()).toEqual(['advanced', 'stale', 'stale']);
      expect(await read()).toMatchObject({ ...next(run), updatedAt: 70_000 });
      expect(await read()).not.toHaveProperty('sentAt');
      const elsewhere = { ...run, cursor: { page: 1, stage: 'oms' as const } };
      expect(await store.advance(elsewhere, next(run))).toBe('stale');
    });

    test('the cursor of a paused run does not move until the run is resumed', async () => {
      await store.setStatus(run, 'paused');
      expect(await store.advance(run, next(run))).toBe('stale');
      await store.setStatus({ ...run, status: 'paused' }, 'running');
      expect(await store.advance(run, next(run))).toBe('advanced');
    });

    test('records when its last page was sent, and what the source expects', async () => {
      time.now = 80_000;
      await store.advance(run, { ...next(run, { stage: 'done' }), expected: 1_234 });
      expect(await read()).toMatchObject({ sentAt: 80_000, expected: 1_234, cursor: { stage: 'done' } });
    });

    test('records when something was sent last, and how much; a page that sent nothing keeps that', async () => {
      time.now = 85_000;
      const first = next(run);
      await store.advance(run, { ...first, sent: 12 });
      expect(await read()).toMatchObject({ lastSent: { at: 85_000, count: 12 } });
      time.now = 86_000;
      await store.advance(
        { ...run, cursor: first.cursor },
        { ...first, cursor: { ...first.cursor, page: 2 } },
      );
      expect(await read()).toMatchObject({ cursor: { page: 2 }, lastSent: { at: 85_000, count: 12 } });
    });

    test('marks a run that was paused or got another rate as slowed', async () => {
      expect(await read()).not.toHaveProperty('wasSlowed');
      await store.setStatus(run, 'paused');
      await store.setStatus({ ...run, status: 'paused' }, 'running');
      expect(await read()).toMatchObject({ wasSlowed: true });
      const other = someRun();
      await store.create(other);
      await store.setRate(other.id, undefined);
      expect(await store.read(other.id)).toMatchObject({ wasSlowed: true });
    });

    test('knows why it waits, until it waits for something else, moves on or changes its status', async () => {
      const codeAfter = async (change: () => Promise<unknown>) => {
        await change();
        return (await read())?.waitCode;
      };
      const waits = (waited: number, code?: string) => () => store.wait({ ...run, waits: waited }, code);
      expect(await codeAfter(waits(0, 'QUEUE_FULL'))).toBe('QUEUE_FULL');
      expect(await codeAfter(waits(0, 'STATE_X'))).toBe('QUEUE_FULL');
      expect(await codeAfter(waits(1, 'COMMERCETOOLS_503'))).toBe('COMMERCETOOLS_503');
      expect(await codeAfter(waits(2))).toBeUndefined();
      expect(await codeAfter(waits(3, 'QUEUE_FULL'))).toBe('QUEUE_FULL');
      expect(await codeAfter(() => store.advance(run, next(run)))).toBeUndefined();
      expect(await codeAfter(waits(4, 'QUEUE_FULL'))).toBe('QUEUE_FULL');
      expect(await codeAfter(() => store.setStatus(run, 'running'))).toBeUndefined();
    });

    test('a sign of life moves nothing but its time, and counts once; a hook is taken once', async () => {
      time.now = 90_000;
      expect(await store.wait(run)).toBe('waiting');
      expect(await read()).toEqual({ ...run, updatedAt: 90_000, waits: 1 });
      const doubled = await Promise.all([1, 2].map(() => store.wait({ ...run, waits: 1 })));
      expect(doubled.sort()).toEqual(['stale', 'waiting']);
      expect(await store.wait(run)).toBe('stale');
      for (const hook of ['run.started/b', 'run.started/a', 'run.started/b'])
        await store.noteHook(run.id, hook);
      expect(await read()).toMatchObject({ hooksTaken: ['run.started/a', 'run.started/b'] });
      expect(await store.wait(someRun())).toBe('stale');
      expect(await store.list({ limit: 100 })).toMatchObject({ items: expect.not.arrayContaining([{}]) });
    });

    test('the rate is set and removed while it runs', async () => {
      await store.setRate(run.id, 12.5);
      expect(await read()).toMatchObject({ ratePerSecond: 12.5 });
      await store.setRate(run.id, undefined);
      expect(await read()).not.toHaveProperty('ratePerSecond');
    });

    test('lists runs newest first, page by page, and those that have not ended', async () => {
      const later = someRun();
      const last = someRun();
      for (const one of [last, later]) await store.create(one);
      await store.setStatus(later, 'failed', 'X');
      const first = await store.list({ limit: 2 });
      const second = await store.list({ limit: 1, ...(first.next !== undefined && { after: first.next }) });
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([last.id, later.id, run.id]);
      const open = (await store.open()).map(({ id }) => id);
      expect(open).toEqual(expect.arrayContaining([run.id, last.id]));
      expect(open).not.toContain(later.id);
    });

    test('the first plan of a page stays, whatever is planned second', async () => {
      const first = somePage(run.id, 1, 3);
      expect(await store.planned(run.id, 1)).toBeUndefined();
      expect(await store.plan(first)).toEqual(first);
      expect(await store.plan(somePage(run.id, 1, 5, 100))).toEqual(first);
      expect(await store.planned(run.id, 1)).toEqual(first);
      expect(await store.entryCounts(run.id)).toMatchObject({ pending: 3 });
    });

    test('of many plans for one page at once one holds for all', async () => {
      const plans = await Promise.all(
        [1, 2, 3, 4].map((n) => store.plan(somePage(run.id, 1, n, 10 * n)).catch(() => undefined)),
      );
      const held = await store.planned(run.id, 1);
      for (const plan of plans) if (plan) expect(plan).toEqual(held);
    });

    test('counts every entry once, at every moment: planned = all outcomes + pending', async () => {
      expect(await store.entryCounts(run.id)).toEqual(noEntries);
      await store.plan(somePage(run.id, 1, 500));
      await store.plan(somePage(run.id, 2, 4, 501));
      await store.recordEntries(run.id, 1, { synced: [0, 1], failed: [2] });
      await store.recordEntries(run.id, 2, { unchanged: [3] });
      expect(await store.entryCounts(run.id)).toEqual({
        ...noEntries,
        pending: 500,
        synced: 2,
        failed: 1,
        unchanged: 1,
      });
      const all = Array.from({ length: 500 }, (_, n) => n);
      await Promise.all([
        store.recordEntries(run.id, 1, { superseded: all }),
        store.recordEntries(run.id, 2, { absent: [0, 1, 2] }),
      ]);
      expect(await store.entryCounts(run.id)).toEqual({
        ...noEntries,
        synced: 2,
        superseded: 498,
        unchanged: 1,
        absent: 3,
      });
    });

    test('an entry with two outcomes counts by the better one; recording it again changes nothing', async () => {
      await store.plan(somePage(run.id, 1, 2));
      for (let times = 0; times < 2; times++) {
        await store.recordEntries(run.id, 1, { failed: [0], superseded: [1] });
        await store.recordEntries(run.id, 1, { synced: [0], superseded: [], absent: [1] });
      }
      await store.recordEntries(run.id, 1, {});
      expect(await store.entryCounts(run.id)).toEqual({ ...noEntries, synced: 1, superseded: 1 });
    });

    test('an outcome that arrives before the plan counts with it, and one beyond the plan does not count', async () => {
      await store.recordEntries(run.id, 1, { synced: [0, 7] });
      expect(await store.entryCounts(run.id)).toEqual(noEntries);
      await store.plan(somePage(run.id, 1, 2));
      expect(await store.entryCounts(run.id)).toEqual({ ...noEntries, synced: 1, pending: 1 });
    });

    test('lists the entries with an outcome, page by page', async () => {
      await store.plan(somePage(run.id, 1, 12));
      await store.plan(somePage(run.id, 2, 3, 13));
      await store.recordEntries(run.id, 1, { failed: [2, 11] });
      await store.recordEntries(run.id, 2, { failed: [0, 2], synced: [0] });
      const first = await store.entries(run.id, { outcome: 'failed', limit: 2 });
      expect(first.items).toEqual([
        { id: idOf(3), entry: '1/2' },
        { id: idOf(12), entry: '1/11' },
      ]);
      const after = first.next ?? '';
      expect((await store.entries(run.id, { outcome: 'failed', limit: 2, after })).items).toEqual([
        { id: idOf(15), entry: '2/2' },
      ]);
      expect((await store.entries(run.id, { outcome: 'pending', limit: 100 })).items).toHaveLength(11);
    });

    test('keeps a report by class and id, and pages through it', async () => {
      const differences: Difference[] = [
        { id: idOf(1), class: 'missing', sourceVersion: 3 },
        { id: idOf(2), class: 'edited', fields: [{ field: 'firstName', changed: 'oms' }] },
        { id: idOf(3), class: 'missing', sourceVersion: 1 },
        ...Array.from({ length: 30 }, (_, n) => ({ id: idOf(100 + n), class: 'orphan' as const, ref: 'r' })),
      ];
      await store.report(run.id, differences);
      await store.report(run.id, [{ id: idOf(1), class: 'missing', sourceVersion: 4, queued: true }]);
      expect((await store.reported(run.id, { class: 'missing', limit: 10 })).items).toEqual([
        { id: idOf(1), class: 'missing', sourceVersion: 4, queued: true },
        { id: idOf(3), class: 'missing', sourceVersion: 1 },
      ]);
      const first = await store.reported(run.id, { limit: 20 });
      const second = await store.reported(run.id, { limit: 20, after: first.next ?? '' });
      expect(first.items).toHaveLength(20);
      expect([...first.items, ...second.items].map(({ id }) => id).sort()).toEqual(
        differences.map(({ id }) => id).sort(),
      );
      expect((await store.reported(someRun().id, { limit: 10 })).items).toEqual([]);
    });
  });
}

describe('the run store', () => {
  describeRunStore('in memory', () => createMemoryRunStore(clock));

  describe('on DynamoDB', () => {
    let table: EmbeddedTable;
    let rounds = 0;
    beforeAll(async () => {
      table = await startEmbeddedTable();
    });
    afterAll(() => table.stop());
    const connect = (projectKey = `project-${++rounds}`) =>
      createDynamoDbRunStore({ ...table, projectKey, clock });
    describeRunStore('with the real client', () => connect());

    const ttlOf = async (pk: string, sk: string) => {
      const Key = { pk: { S: pk }, sk: { S: sk } };
      const { Item } = await table.client.send(new GetItemCommand({ TableName: table.tableName, Key }));
      return Item?.['ttl']?.N;
    };

    test('an open run is kept, an ended one and all that belongs to it for a year', async () => {
      time.now = 1_000_000;
      const year = String(1_000 + 365 * 86_400);
      const store = connect('kept');
      const run = someRun();
      await store.create(run);
      await store.plan(somePage(run.id, 1, 1));
      await store.report(run.id, [{ id: idOf(1), class: 'missing' }]);
      await store.recordEntries(run.id, 2, { synced: [0] });
      expect(await ttlOf('RUNS#kept', run.id)).toBeUndefined();
      await store.setStatus(run, 'cancelled');
      expect(await ttlOf('RUNS#kept', run.id)).toBe(year);
      const { Items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: `R#${run.id}` } },
        }),
      );
      expect(Items.map((item) => [item['sk']?.S, item['ttl']?.N])).toEqual([
        [`diff#missing#${idOf(1)}`, year],
        ['done#000001', year],
        ['done#000002', year],
        ['plan#000001', year],
      ]);
    });

    test('a page of five hundred entries with a report is far smaller than the largest item', async () => {
      const store = connect();
      const run = someRun();
      const page = somePage(run.id, 1, 500);
      const fields = [{ field: 'primaryPhone', changed: 'both' as const }];
      const differences = page.entries.map(({ id }) => ({
        id,
        class: 'edited' as const,
        fields,
        queued: true,
      }));
      await store.plan({ ...page, differences });
      expect(JSON.stringify({ ...page, differences }).length).toBeLessThan(200_000);
      expect((await store.planned(run.id, 1))?.differences).toHaveLength(500);
    });

    test('knows its own advance and its own start again when their first answer was lost', async () => {
      const { gateway } = table.aws;
      const call = (operation: string, input: JsonObject) =>
        gateway.call({ service: 'iam', operation, input, caller: host });
      const allow = { Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' };
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [allow] });
      // Faults meet functions only, so this client acts under a role.
      await call('CreateRole', { RoleName: 'feeder', AssumeRolePolicyDocument: '{}' });
      await call('PutRolePolicy', { RoleName: 'feeder', PolicyName: 'all', PolicyDocument });
      const credentials = { accessKeyId: gateway.accessKeyFor('feeder'), secretAccessKey: 'x' };
      const client = new DynamoDBClient({ endpoint: gateway.url, region: 'eu-central-1', credentials });
      const store = createDynamoDbRunStore({ ...table, client, projectKey: 'twice', clock });
      for (const operation of ['UpdateItem', 'TransactWriteItems'])
        gateway.faults.add({ kind: 'deliver-twice', service: 'dynamodb', operation, rate: 1 });
      const run = someRun();
      expect(await store.create(run)).toEqual({ answer: 'created' });
      expect(await store.plan(somePage(run.id, 1, 2))).toEqual(somePage(run.id, 1, 2));
      expect(await store.advance(run, next(run))).toBe('advanced');
      expect(await store.advance(run, next(run))).toBe('stale');
      gateway.faults.clear();
      client.destroy();
    });

    test('a table that does not answer is a retry', async () => {
      const store = createDynamoDbRunStore({ ...table, tableName: 'nowhere', projectKey: 'p', clock });
      const run = someRun();
      const calls: (() => Promise<unknown>)[] = [
        () => store.create(run),
        () => store.read(run.id),
        () => store.open(),
        () => store.advance(run, next(run)),
        () => store.setStatus(run, 'cancelled'),
        () => store.plan(somePage(run.id, 1, 1)),
        () => store.recordEntries(run.id, 1, { synced: [0] }),
        () => store.report(run.id, [{ id: idOf(1), class: 'missing' }]),
        () => store.entryCounts(run.id),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ failureClass: 'retry' });
    });
  });
});
