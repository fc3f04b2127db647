import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { host } from '@fluent-connector/local-aws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDynamoDbSettingsStore } from '../../../lambdas/adapters/aws/dynamodb-settings-store.ts';
import type { CanaryState } from '../../../lambdas/core/base/live-settings.ts';
import type { MetricName } from '../../../lambdas/core/base/ports/metrics.ts';
import { stages } from '../../../lib/config/stages.ts';
import { metricsNamespace } from '../../../lib/constructs/business-metric.ts';
import { atSource, canaryId, customerId, eventually, inFluent, tableNameOf, type World } from '../world.ts';

const MINUTE = 60_000;

/** The stage of the extension names a canary, which the caretaker touches every five minutes. */
export function describeCanary(worldOf: () => World): void {
  describe('the canary', () => {
    let world: World;
    let table: DynamoDBClient;
    let touchesBefore = 0;
    let setting: ReturnType<ReturnType<typeof createDynamoDbSettingsStore>['canary']>;
    beforeAll(async () => {
      world = worldOf();
      const { aws, config } = world.connector;
      await switchClock('DisableRule');
      table = new DynamoDBClient({
        endpoint: aws.gateway.url,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      });
      const tableName = tableNameOf(world);
      const { projectKey } = config.commercetools;
      setting = createDynamoDbSettingsStore({ client: table, tableName, projectKey }).canary();
      // A minute that passed since the start has touched it already.
      await world.connector.quiet(180_000);
      await setting.write({}, (await setting.read()).revision);
      touchesBefore = world.connector.commercetools.requests()['POST /customers/{id}'] ?? 0;
    });
    afterAll(async () => {
      world.connector.fluent.faults.rates = {};
      table.destroy();
      await switchClock('EnableRule');
    });

    const runPass = () => world.connector.tickCaretaker();
    const state = async (): Promise<CanaryState> => (await setting.read()).value;
    const counted = (name: MetricName) =>
      world.connector.aws.metrics.sum(metricsNamespace, name, { service: 'caretaker' });
    const touches = () =>
      (world.connector.commercetools.requests()['POST /customers/{id}'] ?? 0) - touchesBefore;
    /** While it is off, the caretaker runs only when a test starts a pass. */
    async function switchClock(operation: 'DisableRule' | 'EnableRule'): Promise<void> {
      const { aws, stack } = world.connector;
      const [rule] = [...stack.resources].filter(([id]) => /^CareEveryMinute[0-9A-F]{8}$/.test(id));
      const input = { Name: rule?.[1].physicalId ?? '' };
      await aws.gateway.call({ service: 'events', operation, input, caller: host });
    }
    /** Moves the last touch that many minutes into the past. */
    async function moveTouchBack(minutes: number): Promise<void> {
      const { value, revision } = await setting.read();
      const { touchedAt = 0, ...rest } = value;
      await setting.write({ ...rest, touchedAt: touchedAt - minutes * MINUTE }, revision);
    }

    test('is off unless a stage names a secret and a customer', () => {
      for (const { commercetools, care } of Object.values(stages))
        expect([commercetools.canarySecret, care?.canaryCustomerId]).toEqual([undefined, undefined]);
    });

    test('changes no customer except its own, and measures the time to Fluent through every handler', async () => {
      expect((await world.cli.run('status')).out).toMatch(/canary +not in Fluent yet, touched never/);
      const { version } = atSource(world, canaryId);
      await runPass();
      expect(atSource(world, canaryId)).toMatchObject({
        version: version + 1,
        middleName: expect.any(String),
      });
      expect(touches()).toBe(1);
      await eventually(async () => {
        await runPass();
        return (await state()).latencyMs;
      }).toBeGreaterThan(0);
      expect(inFluent(world, canaryId)).toBeDefined();
      expect(inFluent(world, `loyalty-${canaryId}`)).toBeDefined();
      expect((await world.cli.run('status')).out).toMatch(/canary +\d+ ms to Fluent, touched 2/);
      expect([1, 2, 3].map((n) => atSource(world, customerId(n)).version)).toEqual([1, 1, 1]);
    });

    test('is touched again after its period, not before', async () => {
      await moveTouchBack(4);
      await runPass();
      expect(touches()).toBe(1);
      world.connector.fluent.faults.rates = { serverError: 1, tokenEndpointDown: 1 };
      await moveTouchBack(1);
      await runPass();
      expect(touches()).toBe(2);
    });

    test('is late when Fluent does not have it after two periods, and is not touched meanwhile', async () => {
      const tries = () => Object.values(world.connector.fluent.calls()).reduce((sum, calls) => sum + calls);
      const before = tries();
      await eventually(tries).toBeGreaterThan(before);
      await moveTouchBack(8);
      await runPass();
      expect(counted('CanaryLate')).toBe(0);
      await moveTouchBack(2);
      await runPass();
      expect([counted('CanaryLate'), touches()]).toEqual([1, 2]);
      world.connector.fluent.faults.rates = {};
      // The next touch is overdue; it follows as soon as this one has arrived.
      await eventually(async () => {
        await runPass();
        return touches();
      }).toBe(3);
      expect((await state()).latencyMs).toBeGreaterThanOrEqual(10 * MINUTE);
      const late = counted('CanaryLate');
      await runPass();
      expect(counted('CanaryLate')).toBe(late);
    });
  });
}
