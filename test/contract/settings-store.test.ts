import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDynamoDbSettingsStore } from '../../lambdas/adapters/aws/dynamodb-settings-store.ts';
import type { Schedule, Watch } from '../../lambdas/core/base/live-settings.ts';
import type { SettingsStore } from '../../lambdas/core/base/ports/settings-store.ts';
import { type EmbeddedTable, startEmbeddedTable } from '../builders/embedded-table.ts';
import { createMemorySettingsStore } from '../fakes/memory-settings-store.ts';

const schedule: Schedule = { enabled: true, everyMinutes: 15, nextAt: 1_000 };
const healthy: Watch = { status: 'Healthy', failedChecks: 0, repaired: [] };
let projects = 0;

/** What every settings store does. Each test has a project of its own. */
function describeSettingsStore(name: string, connect: (projectKey: string) => SettingsStore) {
  describe(name, () => {
    let store: SettingsStore;
    beforeEach(() => {
      store = connect(`project-${++projects}`);
    });

    const unknown = { status: 'Unknown' as const, failedChecks: 0, repaired: [] };

    test('everything has a default: an empty table is a running connector', async () => {
      expect(await store.handler('customer').read()).toEqual({ value: { mode: 'process' }, revision: 0 });
      expect(await store.intake().read()).toEqual({ value: {}, revision: 0 });
      expect(await store.schedule('sweep', 'customer').read()).toEqual({ value: undefined, revision: 0 });
      expect(await store.watch().read()).toEqual({ value: unknown, revision: 0 });
      expect(await store.canary().read()).toEqual({ value: {}, revision: 0 });
      expect(await store.watermark('reconcile', 'customer').read()).toEqual({
        value: undefined,
        revision: 0,
      });
    });

    test('gives back what was written, with the next revision', async () => {
      const paused = { mode: 'prepare' as const, paused: { since: 5, by: 'operator:mia' } };
      expect(await store.handler('customer').write(paused, 0)).toBe('written');
      expect(await store.handler('customer').read()).toEqual({ value: paused, revision: 1 });
      expect(await store.handler('customer').write({ mode: 'process' }, 1)).toBe('written');
      expect(await store.handler('customer').read()).toEqual({ value: { mode: 'process' }, revision: 2 });
    });

    test('refuses a write on a revision that is not the stored one', async () => {
      expect(await store.intake().write({}, 3)).toBe('conflict');
      await store.intake().write({ stopped: { since: 1, by: 'a' } }, 0);
      expect(await store.intake().write({ stopped: { since: 2, by: 'b' } }, 0)).toBe('conflict');
      expect(await store.intake().write({}, 2)).toBe('conflict');
      expect((await store.intake().read()).value).toEqual({ stopped: { since: 1, by: 'a' } });
    });

    test('of ten writers at once exactly one wins', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) => store.canary().write({ touchedAt: n }, 0)),
      );
      expect(answers.filter((answer) => answer === 'written')).toHaveLength(1);
      const winner = answers.indexOf('written');
      expect(await store.canary().read()).toEqual({ value: { touchedAt: winner }, revision: 1 });
    });

    test('keeps handlers, schedules and watermarks apart', async () => {
      await store.handler('mail').write({ mode: 'prepare' }, 0);
      await store.schedule('reconcile', 'customer').write(schedule, 0);
      await store.watermark('reconcile', 'customer').write({ until: 7, runId: 'r', at: 8 }, 0);
      expect((await store.handler('customer').read()).revision).toBe(0);
      expect((await store.schedule('reconcile', 'mail').read()).revision).toBe(0);
      expect((await store.schedule('sweep', 'customer').read()).revision).toBe(0);
      expect((await store.watermark('incremental', 'customer').read()).revision).toBe(0);
      expect((await store.schedule('reconcile', 'customer').read()).value).toEqual(schedule);
    });

    test('a removed value counts as never stored, but its revision goes on', async () => {
      const setting = store.schedule('sweep', 'customer');
      await setting.write(schedule, 0);
      expect(await setting.write(undefined, 1)).toBe('written');
      expect(await setting.read()).toEqual({ value: undefined, revision: 2 });
      expect(await setting.write(schedule, 1)).toBe('conflict');
    });

    test('what was written does not change with the object that it came from', async () => {
      const value = { mode: 'process' as const, paused: { since: 1, by: 'a' } };
      await store.handler('customer').write(value, 0);
      value.paused.by = 'b';
      expect((await store.handler('customer').read()).value.paused?.by).toBe('a');
    });
  });
}

describe('the settings store', () => {
  describeSettingsStore('in memory', () => createMemorySettingsStore());

  describe('on DynamoDB', () => {
    let table: EmbeddedTable;
    beforeAll(async () => {
      table = await startEmbeddedTable();
    });
    afterAll(() => table.stop());

    describeSettingsStore('with the real client', (projectKey) =>
      createDynamoDbSettingsStore({ ...table, projectKey }),
    );

    const put = (value: string) =>
      table.client.send(
        new PutItemCommand({
          TableName: table.tableName,
          Item: { pk: { S: 'C#broken' }, sk: { S: 'watch' }, value: { S: value }, rev: { N: '4' } },
        }),
      );

    test.each([
      ['no JSON', '{'],
      ['another shape', '{"status":"Splendid"}'],
      ['nothing at all', ''],
    ])(
      'a stored value that is %s counts as the default, is reported by name and can be overwritten',
      async (_, text) => {
        await put(text);
        const reported: string[] = [];
        const store = createDynamoDbSettingsStore({
          ...table,
          projectKey: 'broken',
          onUnreadable: (name) => reported.push(name),
        });
        expect(await store.watch().read()).toMatchObject({ value: { status: 'Unknown' }, revision: 4 });
        expect(reported).toEqual(['watch']);
        expect(await store.watch().write(healthy, 4)).toBe('written');
        expect(await store.watch().read()).toEqual({ value: healthy, revision: 5 });
      },
    );

    test('a table that does not answer is a retry', async () => {
      const store = createDynamoDbSettingsStore({ ...table, tableName: 'nowhere', projectKey: 'local' });
      const failure = { failureClass: 'retry', code: 'STATE_ResourceNotFoundException' };
      await expect(store.watch().read()).rejects.toMatchObject(failure);
      await expect(store.watch().write(healthy, 0)).rejects.toMatchObject(failure);
    });
  });
});
