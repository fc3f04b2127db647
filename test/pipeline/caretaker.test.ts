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

describe('the caretaker, from its template, on one machine', () => {
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
    await look();
  });
  afterEach(() => expect(counted('CareProblems')).toBe(0));

  const call = (service: string, operation: string, input: JsonObject) =>
    connector.aws.gateway.call({ service, operation, input, caller: host });
  function physicalId(type: string, id: RegExp): string {
    const [, found] =
      [...connector.stack.resources].find(([name, one]) => one.type === type && id.test(name)) ?? [];
    return found?.physicalId ?? '';
  }
  /** What the rule does once a minute. */
  const look = () => connector.tickCaretaker();
  /** Looks until it holds; the test's own time limit ends a wait in vain. */
  async function lookUntil(condition: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await condition())) {
      await look();
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

  test('holds the valves as the settings want them, whatever a deployment left', async () => {
    await call('lambda', 'UpdateEventSourceMapping', { ...mapping(), Enabled: false });
    await call('events', 'DisableRule', partnerRule());
    await lookUntil(isConsuming);
    expect(await isIntakeEnabled()).toBe(true);

    await connector.control('handler.pause', {});
    await lookUntil(async () => !(await isConsuming()));
    await call('lambda', 'UpdateEventSourceMapping', { ...mapping(), Enabled: true });
    await lookUntil(async () => !(await isConsuming()));
    await connector.control('handler.resume', {});
    await lookUntil(isConsuming);
  });

  test('finds a subscription that stopped, and repairs exactly the time that was lost', async () => {
    const before = await shop.create(draft());
    await lookUntil(() => inFluent(before.id) !== undefined);
    await connector.commercetools.setSubscriptionStatus(key(), 'ConfigurationErrorDeliveryStopped');
    const lost = await Promise.all(Array.from({ length: 5 }, () => shop.create(draft())));
    const changed = await shop.update(before, [{ action: 'setFirstName', firstName: 'Anna' }]);
    await lookUntil(async () => (await settings.watch().read()).value.status === 'Unhealthy');
    expect(inFluent(lost[0]?.id ?? '')).toBeUndefined();

    await connector.commercetools.setSubscriptionStatus(key(), 'Healthy');
    await lookUntil(() => lost.every(({ id }) => inFluent(id)) && inFluent(changed.id)?.firstName === 'Anna');
    const { value } = await settings.watch().read();
    expect(value).toMatchObject({ status: 'Healthy', runId: expect.any(String) });
    expect(value.lostFrom).toBeLessThan(value.recoveredAt ?? 0);
    expect(counted('SubscriptionUnhealthy')).toBeGreaterThan(0);
  });

  test('leads back a breaker that the handler opened, and nothing was lost', async () => {
    connector.fluent.faults.rates = { serverError: 1, tokenEndpointDown: 1 };
    const customers = await Promise.all(Array.from({ length: 5 }, () => shop.create(draft())));
    await lookUntil(async () => (await settings.handler('customer').read()).value.breaker !== undefined);
    await lookUntil(async () => !(await isConsuming()));
    connector.fluent.faults.rates = {};
    await lookUntil(async () => (await settings.handler('customer').read()).value.breaker === undefined);
    expect(await isConsuming()).toBe(true);
    await lookUntil(() => customers.every(({ id }) => inFluent(id)));
    expect(counted('BreakerOpen')).toBeGreaterThan(0);
  });

  test('a queue whose policy was changed by hand is named by doctor', async () => {
    const QueueUrl = physicalId('AWS::SQS::Queue', /^Route(?!DeadLetters)/);
    const attributes = await call('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames: ['Policy'] });
    const { Policy = '' } = attributes['Attributes'] as { Policy?: string };
    const lookAtRules = async () =>
      (await connector.control('doctor', {})).checks.filter(({ check }) =>
        check.includes('may send to its queues'),
      );
    expect((await lookAtRules()).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    const changed = Policy.replaceAll('events.amazonaws.com', 'sns.amazonaws.com');
    await call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy: changed } });
    expect((await lookAtRules()).filter(({ status }) => status !== 'ok')).toMatchObject([
      { check: expect.stringContaining('internal-rule'), status: 'problem' },
    ]);
    await call('sqs', 'SetQueueAttributes', { QueueUrl, Attributes: { Policy } });
  });

  // The last one: the bus does not come back.
  test('tells that every change is lost when the subscription was deleted and created again', async () => {
    const { key: confirm } = await connector.control('subscription.show', {});
    await connector.control('subscription.delete', { confirm });
    await connector.control('subscription.create', {});
    await lookUntil(async () => (await settings.watch().read()).value.detail === 'EventSourcePending');
    const { subscription } = await connector.control('status', {});
    expect(subscription).toMatchObject({ status: 'Unhealthy', lostFrom: expect.any(Number) });
    expect(subscription).not.toHaveProperty('recoveredAt');
  });
});
