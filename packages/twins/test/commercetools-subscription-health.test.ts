import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
let id: string;

beforeAll(async () => {
  twin = await startCommercetoolsTwin({ projectKey, bus });
  shop = sdk(twin.connection('admin'));
  deployer = sdk(twin.connection('subscription'));
});
afterAll(() => twin.stop());
beforeEach(async () => {
  await twin.reset();
  const created = await deployer
    .subscriptions()
    .post({ body: subscriptionDraft('sync') })
    .execute();
  id = created.body.id;
  await twin.settled();
  bus.clear();
});

/** Without authorisation, as the documentation says. */
const health = async () => {
  const answer = await fetch(`${twin.url}/${projectKey}/subscriptions/${id}/health`);
  return [answer.status, ((await answer.json()) as { status: string }).status];
};
const setStatus = (status: string, key = 'sync') =>
  fetch(`${twin.url}/_twin/subscriptions/${key}/status`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status }),
  });
const arrived = async () => {
  await twin.settled();
  return bus.events.filter(({ detail }) => (detail['resource'] as { typeId: string }).typeId === 'customer');
};
/** One customer, changed once: two notifications. */
async function twoChanges() {
  const customer = await createCustomer(shop, { email: 'a@example.com' });
  return changeCustomer(shop, customer, [{ action: 'setFirstName', firstName: 'A' }]);
}

describe('the health of a subscription', () => {
  test.each([
    ['Healthy', 200],
    ['TemporaryError', 503],
    ['ConfigurationError', 400],
    ['ConfigurationErrorDeliveryStopped', 400],
    ['ManuallySuspended', 400],
  ])('%s answers %i, and the subscription has the status', async (status, code) => {
    expect((await setStatus(status)).status).toBe(200);
    expect(await health()).toEqual([code, status]);
    const { body } = await deployer.subscriptions().withKey({ key: 'sync' }).get().execute();
    expect(body.status).toBe(status);
  });

  test.each(['TemporaryError', 'ConfigurationError'])(
    '%s keeps all notifications and delivers them in order when it is healthy again',
    async (status) => {
      await setStatus(status);
      await twoChanges();
      expect(await arrived()).toEqual([]);
      await setStatus('Healthy');
      expect((await arrived()).map(({ detailType }) => detailType)).toEqual([
        'ResourceCreated',
        'ResourceUpdated',
      ]);
    },
  );

  test.each(['ConfigurationErrorDeliveryStopped', 'ManuallySuspended'])(
    '%s loses all notifications, which are listed as dropped',
    async (status) => {
      await setStatus(status);
      const customer = await twoChanges();
      await setStatus('Healthy');
      expect(await arrived()).toEqual([]);
      expect(twin.notifications().slice(-2)).toMatchObject([{ fault: 'drop' }, { fault: 'drop' }]);
      await changeCustomer(shop, customer, [{ action: 'setFirstName', firstName: 'B' }]);
      expect(await arrived()).toMatchObject([{ detail: { version: 3 } }]);
    },
  );

  test('kept notifications are lost when delivery stops', async () => {
    await setStatus('ConfigurationError');
    await twoChanges();
    await setStatus('ConfigurationErrorDeliveryStopped');
    await setStatus('Healthy');
    expect(await arrived()).toEqual([]);
  });

  test('a new destination makes it healthy and delivers the kept notifications', async () => {
    await setStatus('ConfigurationError');
    await twoChanges();
    const { body } = await deployer.subscriptions().withKey({ key: 'sync' }).get().execute();
    const actions = [
      { action: 'changeDestination' as const, destination: subscriptionDraft('sync').destination },
    ];
    await deployer
      .subscriptions()
      .withKey({ key: 'sync' })
      .post({ body: { version: body.version, actions } })
      .execute();
    expect(await health()).toEqual([200, 'Healthy']);
    expect(await arrived()).toHaveLength(2);
  });

  test('an unknown status and an unknown key are rejected', async () => {
    expect((await setStatus('Splendid')).status).toBe(400);
    expect((await setStatus('Healthy', 'nobody')).status).toBe(404);
    expect((await fetch(`${twin.url}/_twin/subscriptions/sync/status`, { method: 'PUT' })).status).toBe(400);
  });
});
