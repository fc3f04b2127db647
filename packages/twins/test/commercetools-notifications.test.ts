import type { SubscriptionUpdateAction } from '@commercetools/platform-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoProject } from '../src/commercetools/demo-project.ts';
import { type CommercetoolsTwin, startCommercetoolsTwin } from '../src/commercetools/twin.ts';
import {
  changeCustomer,
  createCustomer,
  projectKey,
  RecordingBus,
  type Sdk,
  sdk,
  subscriptionDraft,
} from './commercetools-client.ts';

const bus = new RecordingBus();
let twin: CommercetoolsTwin;
let shop: Sdk;
let deployer: Sdk;

beforeAll(async () => {
  twin = await startCommercetoolsTwin({ projectKey, bus });
  shop = sdk(twin.connection('admin'));
  deployer = sdk(twin.connection('subscription'));
});
afterAll(() => twin.stop());
beforeEach(async () => {
  await twin.reset();
  await twin.seed(demoProject);
  bus.clear();
});

const subscribe = async (...args: Parameters<typeof subscriptionDraft>) =>
  (
    await deployer
      .subscriptions()
      .post({ body: subscriptionDraft(...args) })
      .execute()
  ).body;

/** Details that arrived, without those of the subscription itself. */
async function arrived() {
  await twin.settled();
  return bus.events
    .map(({ detail }) => detail)
    .filter((detail) => (detail['resource'] as { typeId: string }).typeId === 'customer');
}

describe('a notification', () => {
  beforeEach(() => subscribe('sync'));

  test('is sent for a create', async () => {
    const customer = await createCustomer(shop, {
      email: 'a@example.com',
      key: 'c-1',
      externalId: 'crm',
      customerNumber: '7',
    });
    expect(await arrived()).toEqual([
      {
        notificationType: 'ResourceCreated',
        projectKey,
        resource: { typeId: 'customer', id: customer.id },
        resourceUserProvidedIdentifiers: { key: 'c-1', externalId: 'crm', customerNumber: '7' },
        version: 1,
        modifiedAt: customer.lastModifiedAt,
      },
    ]);
    expect(bus.events.at(-1)).toMatchObject({
      source: 'aws.partner/commercetools.com/demo/sync',
      detailType: 'ResourceCreated',
      time: expect.any(Date),
    });
  });

  test('is sent once for an update with several actions', async () => {
    const customer = await createCustomer(shop, { email: 'a@example.com' });
    const updated = await changeCustomer(shop, customer, [
      { action: 'setFirstName', firstName: 'A' },
      { action: 'setLocale', locale: 'de' },
    ]);
    expect((await arrived()).slice(1)).toEqual([
      {
        notificationType: 'ResourceUpdated',
        projectKey,
        resource: { typeId: 'customer', id: customer.id },
        resourceUserProvidedIdentifiers: {},
        version: 3,
        oldVersion: 1,
        modifiedAt: updated.lastModifiedAt,
      },
    ]);
  });

  test('is not sent for an update that changes nothing or fails', async () => {
    const customer = await createCustomer(shop, { email: 'a@example.com', firstName: 'A' });
    await changeCustomer(shop, customer, [{ action: 'setFirstName', firstName: 'A' }]);
    const failing = [
      { action: 'setFirstName' as const, firstName: 'B' },
      { action: 'removeAddress' as const, addressId: 'none' },
    ];
    await expect(changeCustomer(shop, customer, failing)).rejects.toMatchObject({ statusCode: 400 });
    await expect(createCustomer(shop, { email: 'A@example.com' })).rejects.toMatchObject({ statusCode: 400 });
    expect(await arrived()).toHaveLength(1);
    expect(twin.customers()).toMatchObject([{ version: 1, firstName: 'A' }]);
  });

  test('of a delete has the version of the last update', async () => {
    const customer = await createCustomer(shop, { email: 'a@example.com', key: 'c-1' });
    const updated = await changeCustomer(shop, customer, [{ action: 'setFirstName', firstName: 'A' }]);
    await shop
      .customers()
      .withId({ ID: customer.id })
      .delete({ queryArgs: { version: updated.version } })
      .execute();
    expect((await arrived()).at(-1)).toEqual({
      notificationType: 'ResourceDeleted',
      projectKey,
      resource: { typeId: 'customer', id: customer.id },
      resourceUserProvidedIdentifiers: { key: 'c-1' },
      version: updated.version,
      modifiedAt: expect.any(String),
    });
  });

  test('of an erasure has dataErasure; a rejected delete has none', async () => {
    const customer = await createCustomer(shop, { email: 'a@example.com', key: 'c-1' });
    const byKey = shop.customers().withKey({ key: 'c-1' });
    await expect(byKey.delete({ queryArgs: { version: 9 } }).execute()).rejects.toMatchObject({
      statusCode: 409,
    });
    await byKey.delete({ queryArgs: { version: 1, dataErasure: true } }).execute();
    expect((await arrived()).slice(1)).toMatchObject([
      { notificationType: 'ResourceDeleted', resource: { id: customer.id }, dataErasure: true },
    ]);
  });

  test('is not sent for seeded customers until they change', async () => {
    const { customers } = await twin.seed({ customers: [{ email: 'a@example.com', version: 5 }] });
    expect(await arrived()).toEqual([]);
    const [customer] = customers;
    if (!customer) throw new Error('not seeded');
    await changeCustomer(shop, customer, [{ action: 'setFirstName', firstName: 'A' }]);
    expect(await arrived()).toMatchObject([
      { notificationType: 'ResourceUpdated', oldVersion: 5, version: 6 },
    ]);
  });

  test('is also sent for a change by plain HTTP', async () => {
    const { apiUrl, authUrl, clientId, clientSecret } = twin.connection('admin');
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    const answer = await fetch(`${authUrl}/oauth/token`, {
      method: 'POST',
      body: form,
      headers: { authorization: `Basic ${basic}` },
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    await fetch(`${apiUrl}/${projectKey}/customers`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'curl@example.com' }),
    });
    expect(await arrived()).toMatchObject([{ notificationType: 'ResourceCreated' }]);
  });
});

describe('the receivers of a notification', () => {
  test('are all matching subscriptions, each with its own source', async () => {
    await subscribe('one');
    await subscribe('two');
    await subscribe('other', { changes: [{ resourceTypeId: 'order' }] });
    await createCustomer(shop, { email: 'a@example.com' });
    await arrived();
    const sources = bus.events
      .filter(({ detail }) => 'resourceUserProvidedIdentifiers' in detail)
      .map(({ source }) => source);
    expect(sources.sort()).toEqual([
      'aws.partner/commercetools.com/demo/one',
      'aws.partner/commercetools.com/demo/two',
    ]);
  });

  test('are none without a subscription or after its deletion', async () => {
    await createCustomer(shop, { email: 'a@example.com' });
    const subscription = await subscribe('sync');
    await deployer
      .subscriptions()
      .withKey({ key: 'sync' })
      .delete({ queryArgs: { version: subscription.version } })
      .execute();
    await createCustomer(shop, { email: 'b@example.com' });
    expect(await arrived()).toEqual([]);
    expect(bus.deletedSources).toEqual(['aws.partner/commercetools.com/demo/sync']);
  });

  test('include message subscriptions: messages are filtered by type and numbered per customer', async () => {
    await subscribe('messages', { changes: [], messages: [{ resourceTypeId: 'customer' }] });
    await subscribe('deletes', {
      changes: [],
      messages: [{ resourceTypeId: 'customer', types: ['CustomerDeleted'] }],
    });
    const customer = await createCustomer(shop, { email: 'a@example.com' });
    const updated = await changeCustomer(shop, customer, [{ action: 'changeEmail', email: 'b@example.com' }]);
    await shop
      .customers()
      .withId({ ID: customer.id })
      .delete({ queryArgs: { version: updated.version } })
      .execute();
    await arrived();
    const messagesOf = (key: string) =>
      bus.events.filter(
        ({ source, detail }) => source.endsWith(key) && detail['notificationType'] === 'Message',
      );
    expect(messagesOf('messages').map(({ detailType }) => detailType)).toEqual([
      'CustomerCreated',
      'CustomerEmailChanged',
      'CustomerDeleted',
    ]);
    expect(messagesOf('messages').map(({ detail }) => detail)).toMatchObject([
      { version: 1, sequenceNumber: 1, resourceVersion: 1, customer: { id: customer.id } },
      {
        version: 1,
        sequenceNumber: 2,
        resourceVersion: 2,
        email: 'b@example.com',
        oldEmail: 'a@example.com',
      },
      { version: 1, sequenceNumber: 3, resourceVersion: 2 },
    ]);
    expect(messagesOf('deletes')).toHaveLength(1);
  });
});

describe('a subscription', () => {
  test('gets a partner source and a test notification when it is created', async () => {
    const subscription = await subscribe('sync');
    expect(subscription).toMatchObject({
      version: 1,
      key: 'sync',
      status: 'Healthy',
      messages: [],
      events: [],
      format: { type: 'Platform' },
      destination: { type: 'EventBridge', source: 'aws.partner/commercetools.com/demo/sync' },
    });
    await twin.settled();
    expect(bus.sources).toEqual(['aws.partner/commercetools.com/demo/sync']);
    expect(bus.events.map(({ detail }) => detail)).toEqual([
      {
        notificationType: 'ResourceCreated',
        projectKey,
        resource: { typeId: 'subscription', id: subscription.id },
        version: 1,
        modifiedAt: expect.any(String),
      },
    ]);
  });

  test('needs a new key (else DuplicateField) and a complete draft (else 400)', async () => {
    await subscribe('sync');
    await expect(subscribe('sync')).rejects.toMatchObject({
      statusCode: 400,
      body: { errors: [{ code: 'DuplicateField', field: 'key' }] },
    });
    await expect(subscribe('empty', { changes: [] })).rejects.toMatchObject({ statusCode: 400 });
    await expect(subscribe('x!')).rejects.toMatchObject({ statusCode: 400 });
    const destination = { type: 'EventBridge', region: 'eu-west-1', accountId: '12' } as never;
    await expect(subscribe('account', { destination })).rejects.toMatchObject({ statusCode: 400 });
    expect(bus.sources).toHaveLength(1);
  });

  test('is rejected if it is the 51st', async () => {
    for (let index = 0; index < 50; index += 1) await subscribe(`sub-${index}`);
    await expect(subscribe('one-more')).rejects.toMatchObject({ statusCode: 400 });
  });

  test('is found by id, by key and in the list', async () => {
    const { id } = await subscribe('sync');
    expect((await deployer.subscriptions().withKey({ key: 'sync' }).get().execute()).body.id).toBe(id);
    expect((await deployer.subscriptions().withId({ ID: id }).get().execute()).body.key).toBe('sync');
    expect((await deployer.subscriptions().get().execute()).body.results).toHaveLength(1);
    expect((await deployer.subscriptions().withId({ ID: id }).head().execute()).statusCode).toBe(200);
    await expect(deployer.subscriptions().withKey({ key: 'none' }).get().execute()).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  const change = (id: string, version: number, actions: SubscriptionUpdateAction[]) =>
    deployer.subscriptions().withId({ ID: id }).post({ body: { version, actions } }).execute();

  test('can be changed by setChanges, setMessages and setKey; a stale version is a 409', async () => {
    const { id } = await subscribe('sync');
    const { body } = await change(id, 1, [
      { action: 'setChanges', changes: [] },
      { action: 'setMessages', messages: [{ resourceTypeId: 'customer', types: ['CustomerCreated'] }] },
      { action: 'setKey', key: 'renamed' },
    ]);
    expect(body).toMatchObject({ version: 4, key: 'renamed', changes: [] });
    await expect(change(id, 1, [{ action: 'setChanges', changes: [] }])).rejects.toMatchObject({
      statusCode: 409,
    });
    await createCustomer(shop, { email: 'a@example.com' });
    expect((await arrived()).map(({ notificationType }) => notificationType)).toEqual(['Message']);
  });

  test('cannot get the key of another one', async () => {
    await subscribe('taken');
    const { id } = await subscribe('sync');
    await expect(change(id, 1, [{ action: 'setKey', key: 'taken' }])).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  test('gets a new source and another test notification by changeDestination', async () => {
    const { id } = await subscribe('sync');
    await twin.settled();
    bus.clear();
    const destination = { type: 'EventBridge', region: 'eu-central-1', accountId: '210987654321' } as never;
    const { body } = await change(id, 1, [{ action: 'changeDestination', destination }]);
    expect(body.destination).toMatchObject({
      region: 'eu-central-1',
      source: 'aws.partner/commercetools.com/demo/sync',
    });
    await twin.settled();
    expect(bus.deletedSources).toHaveLength(1);
    expect(bus.sources).toHaveLength(1);
    expect(bus.events).toMatchObject([{ detail: { resource: { typeId: 'subscription' }, version: 2 } }]);
  });

  test('is deleted only with its current version', async () => {
    const { id } = await subscribe('sync');
    const remove = (version: number) =>
      deployer.subscriptions().withId({ ID: id }).delete({ queryArgs: { version } }).execute();
    await expect(remove(2)).rejects.toMatchObject({ statusCode: 409 });
    await expect(remove(undefined as never)).rejects.toMatchObject({ statusCode: 400 });
    expect(bus.deletedSources).toEqual([]);
    expect((await remove(1)).statusCode).toBe(200);
    await expect(remove(1)).rejects.toMatchObject({ statusCode: 404 });
    await subscribe('sync');
  });

  test('shows its health without a token', async () => {
    const { id } = await subscribe('sync');
    const health = (subscription: string) =>
      fetch(`${twin.url}/${projectKey}/subscriptions/${subscription}/health`);
    expect((await health(id)).status).toBe(200);
    expect((await health('none')).status).toBe(404);
  });
});

describe('delivery', () => {
  const createMany = async (count: number) => {
    const created = Array.from({ length: count }, (_, index) =>
      createCustomer(shop, { email: `user${index}@example.com` }),
    );
    return (await Promise.all(created)).map(({ id }) => id);
  };
  const idsThatArrived = async () =>
    (await arrived()).map((detail) => (detail['resource'] as { id: string }).id);

  beforeEach(async () => {
    await subscribe('sync');
    await twin.settled();
    bus.clear();
    twin.faults.delayMs = 5;
  });

  test('delivers everything once without faults, at most 20 at a time', async () => {
    const ids = await createMany(60);
    expect((await idsThatArrived()).sort()).toEqual(ids.sort());
    expect(bus.largestBatch).toBeLessThanOrEqual(20);
  });

  test('delivers a duplicate with the same detail', async () => {
    twin.faults.delivery.next.push('duplicate');
    await createMany(1);
    const [first, second, ...more] = await arrived();
    expect(second).toEqual(first);
    expect(more).toEqual([]);
  });

  test('drop does not deliver a notification, but lists it', async () => {
    twin.faults.delivery.next.push('drop');
    await createMany(3);
    expect(await arrived()).toHaveLength(2);
    expect(twin.notifications().filter(({ fault }) => fault === 'drop')).toHaveLength(1);
  });

  test.each(['reorder', 'delay'] as const)('%s delivers later notifications first', async (fault) => {
    twin.faults.delayMs = 100;
    const { id, version } = await createCustomer(shop, { email: 'a@example.com' });
    twin.faults.delivery.next.push(fault);
    await changeCustomer(shop, { id, version }, [{ action: 'setFirstName', firstName: 'A' }]);
    await changeCustomer(shop, { id, version: version + 1 }, [{ action: 'setFirstName', firstName: 'B' }]);
    expect((await arrived()).map((detail) => detail['version'])).toEqual([1, 3, 2]);
  });

  test('applies rates by seed', async () => {
    const run = async (seed: number) => {
      const recorder = new RecordingBus();
      const other = await startCommercetoolsTwin({ projectKey, bus: recorder, seed });
      const api = sdk(other.connection('admin'));
      await api
        .subscriptions()
        .post({ body: subscriptionDraft('sync') })
        .execute();
      other.faults.delivery.rates = { drop: 0.3, duplicate: 0.3 };
      for (let index = 0; index < 30; index += 1)
        await createCustomer(api, { email: `${index}@example.com` });
      const faults = other.notifications().map(({ fault }) => fault);
      await other.stop();
      return faults;
    };
    const [first, second, third] = [await run(1), await run(1), await run(2)];
    expect(first).toEqual(second);
    expect(first).not.toEqual(third);
    expect(new Set(first)).toEqual(new Set([undefined, 'drop', 'duplicate']));
  });

  test('delivers late, but loses nothing, when the bus has an outage', async () => {
    bus.failures = 2;
    const ids = await createMany(3);
    expect(new Set(await idsThatArrived())).toEqual(new Set(ids));
  });

  test('uses the configured detail-type of changes', async () => {
    const recorder = new RecordingBus();
    const other = await startCommercetoolsTwin({
      projectKey,
      bus: recorder,
      changeDetailType: () => 'anything',
    });
    await sdk(other.connection('admin'))
      .subscriptions()
      .post({ body: subscriptionDraft('sync') })
      .execute();
    await createCustomer(sdk(other.connection('admin')), { email: 'a@example.com' });
    await other.settled();
    expect(recorder.events.at(-1)?.detailType).toBe('anything');
    await other.stop();
  });
});
