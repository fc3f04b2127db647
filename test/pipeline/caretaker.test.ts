import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { host, type JsonObject } from '@fluent-connector/local-aws';
import { demoProject } from '@fluent-connector/twins/commercetools';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDynamoDbSettingsStore } from '../../lambdas/adapters/aws/dynamodb-settings-store.ts';
import type { MetricName } from '../../lambdas/core/base/ports/metrics.ts';
import type { SettingsStore } from '../../lambdas/core/base/ports/settings-store.ts';
import { metricsNamespace } from '../../lib/constructs/business-metric.ts';
import { type EmbeddedConnector, startEmbeddedConnector } from '../../local/connector/embedded-connector.ts';
import { createShop, type Shop } from '../../local/demo/shop.ts';

let count = 0;
const draft = () => ({ email: `person.${++count}@example.com`, firstName: 'Vera' });

describe('the caretaker on local AWS', () => {
  let connector: EmbeddedConnector;
  let shop: Shop;
  let settings: SettingsStore;
  let table: DynamoDBClient;

  beforeAll(async () => {
    connector = await startEmbeddedConnector({ ports: { commercetools: 0, fluent: 0, aws: 0 } });
    await connector.commercetools.seed(demoProject);
    shop = createShop(connector.commercetools);
    table = new DynamoDBClient({
      endpoint: connector.aws.gateway.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    settings = createDynamoDbSettingsStore({
      client: table,
      tableName: physicalId('AWS::DynamoDB::GlobalTable', /./),
      projectKey: connector.config.commercetools.projectKey,
    });
  });
  afterAll(async () => {
    table.destroy();
    await connector.stop();
  });
  beforeEach(async () => {
    connector.fluent.faults.rates = {};
    await runPass();
  });
  afterEach(() => expect(counted('CareProblems')).toBe(0));

  const call = (service: string, operation: string, input: JsonObject) =>
    connector.aws.gateway.call({ service, operation, input, caller: host });
  function physicalId(type: string, id: RegExp): string {
    const [, found] =
      [...connector.stack.resources].find(([name, one]) => one.type === type && id.test(name)) ?? [];
    return found?.physicalId ?? '';
  }
  /** One pass, which the rule starts once a minute. */
  const runPass = () => connector.tickCaretaker();
  /** Runs passes until the condition holds, or the test reaches its time limit. */
  async function runPassesUntil(condition: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await condition())) {
      await runPass();
      await sleep(200);
    }
  }
  const mapping = () => ({ UUID: physicalId('AWS::Lambda::EventSourceMapping', /Customer|customer/) });
  const isConsuming = async () =>
    String((await call('lambda', 'GetEventSourceMapping', mapping()))['State']).startsWith('Enabl');
  const partnerRule = () => {
    const [busName = '', name = ''] = physicalId('AWS::Events::Rule', /^Commercetools/).split('|');
    return { Name: name, EventBusName: busName };
  };
  const isIntakeEnabled = async () =>
    (await call('events', 'DescribeRule', partnerRule()))['State'] === 'ENABLED';
  const counted = (name: MetricName) =>
    connector.aws.metrics.sum(metricsNamespace, name, { service: 'caretaker' });
  const inFluent = (id: string) => connector.fluent.customers().find(({ username }) => username === id);
  const key = () => connector.config.commercetools.subscriptionKey;

  test('keeps the switches as the settings say, even if a deployment changes them', async () => {
    await call('lambda', 'UpdateEventSourceMapping', { ...mapping(), Enabled: false });
    await call('events', 'DisableRule', partnerRule());
    await runPassesUntil(isConsuming);
    expect(await isIntakeEnabled()).toBe(true);

    await connector.control('handler.pause', {});
    await runPassesUntil(async () => !(await isConsuming()));
    await call('lambda', 'UpdateEventSourceMapping', { ...mapping(), Enabled: true });
    await runPassesUntil(async () => !(await isConsuming()));
    await connector.control('handler.resume', {});
    await runPassesUntil(isConsuming);
  });

  test('finds a stopped subscription, and repairs the interval that was lost', async () => {
    const before = await shop.create(draft());
    await runPassesUntil(() => inFluent(before.id) !== undefined);
    await connector.commercetools.setSubscriptionStatus(key(), 'ConfigurationErrorDeliveryStopped');
    const lost = await Promise.all(Array.from({ length: 5 }, () => shop.create(draft())));
    const changed = await shop.update(before, [{ action: 'setFirstName', firstName: 'Anna' }]);
    await runPassesUntil(async () => (await settings.watch().read()).value.status === 'Unhealthy');
    expect(inFluent(lost[0]?.id ?? '')).toBeUndefined();

    await connector.commercetools.setSubscriptionStatus(key(), 'Healthy');
    await runPassesUntil(
      () => lost.every(({ id }) => inFluent(id)) && inFluent(changed.id)?.firstName === 'Anna',
    );
    const { value } = await settings.watch().read();
    expect(value).toMatchObject({ status: 'Healthy', runId: expect.any(String) });
    expect(value.lostFrom).toBeLessThan(value.recoveredAt ?? 0);
    expect(counted('SubscriptionUnhealthy')).toBeGreaterThan(0);
  });

  test('closes a breaker that the handler opened, and loses no change', async () => {
    connector.fluent.faults.rates = { serverError: 1, tokenEndpointDown: 1 };
    const customers = await Promise.all(Array.from({ length: 5 }, () => shop.create(draft())));
    await runPassesUntil(async () => (await settings.handler('customer').read()).value.breaker !== undefined);
    await runPassesUntil(async () => !(await isConsuming()));
    connector.fluent.faults.rates = {};
    await runPassesUntil(async () => (await settings.handler('customer').read()).value.breaker === undefined);
    expect(await isConsuming()).toBe(true);
    await runPassesUntil(() => customers.every(({ id }) => inFluent(id)));
    expect(counted('BreakerOpen')).toBeGreaterThan(0);
  });

  test('doctor names a queue whose policy was changed by hand', async () => {
    const QueueUrl = physicalId('AWS::SQS::Queue', /^Route(?!DeadLetters)/);
    const attributes = await call('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['Policy'] });
    const { Policy = '' } = attributes['Attributes'] as { Policy?: string };
    const policyChecks = async () =>
      (await connector.control('doctor', {})).checks.filter(({ check }) =>
        check.includes('may send to its queues'),
      );
    expect((await policyChecks()).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    const changed = Policy.replaceAll('events.amazonaws.com', 'sns.amazonaws.com');
    await call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: changed } });
    expect((await policyChecks()).filter(({ status }) => status !== 'ok')).toMatchObject([
      { check: expect.stringContaining('internal-rule'), status: 'problem' },
    ]);
    await call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
  });

  // The last test, because the bus is not restored.
  test('reports that every change is lost after the subscription was deleted and created again', async () => {
    const { key: confirm } = await connector.control('subscription.show', {});
    await connector.control('subscription.delete', { confirm });
    await connector.control('subscription.create', {});
    await runPassesUntil(async () => (await settings.watch().read()).value.detail === 'EventSourcePending');
    const { subscription } = await connector.control('status', {});
    expect(subscription).toMatchObject({ status: 'Unhealthy', lostFrom: expect.any(Number) });
    expect(subscription).not.toHaveProperty('recoveredAt');
  });
});
