import { type CommercetoolsTwin, startCommercetoolsTwin } from '@fluent-connector/twins/commercetools';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCommercetoolsCanary } from '../../lambdas/adapters/commercetools/commercetools-canary.ts';
import { TokenCache } from '../../lambdas/core/base/token.ts';
import type { Canary } from '../../lambdas/core/operations/ports/canary-customer.ts';
import {
  createCustomer,
  RecordingBus,
  sdk,
  subscriptionDraft,
} from '../../packages/twins/test/commercetools-client.ts';

const projectKey = 'demo';

describe('the canary customer, with the real client', () => {
  const bus = new RecordingBus();
  let twin: CommercetoolsTwin;
  let canary: Canary;
  let id: string;
  const connect = (kind: 'admin' | 'runtime') =>
    createCommercetoolsCanary({
      connection: twin.connection(kind),
      projectKey,
      clock: Date.now,
      timeoutMs: 1_000,
      tokens: new TokenCache(Date.now),
      signal: new AbortController().signal,
    });

  beforeAll(async () => {
    twin = await startCommercetoolsTwin({ projectKey, bus });
  });
  afterAll(() => twin.stop());
  beforeEach(async () => {
    await twin.reset();
    const api = sdk(twin.connection('admin'));
    id = (await createCustomer(api, { email: 'canary@example.com', firstName: 'Canary' })).id;
    const messages = [{ resourceTypeId: 'customer' as const }];
    const draft = subscriptionDraft('sync', { messages });
    await api.subscriptions().post({ body: draft }).execute();
    await twin.settled();
    bus.clear();
    canary = connect('admin');
  });

  test('gets a new version with every touch, and nothing but its middle name changes', async () => {
    const [before] = twin.customers();
    const first = await canary.touch(id, '1');
    expect(first.version).toBeGreaterThan(1);
    expect((await canary.touch(id, '2')).version).toBeGreaterThan(first.version);
    const [
      { middleName, version: _version, lastModifiedAt: _at, lastModifiedBy: _by, ...after } = {
        middleName: '',
      },
    ] = twin.customers();
    expect(middleName).toBe('canary 2');
    expect(before).toMatchObject(after);
  });

  test('is one change, and no Message to other subscribers', async () => {
    await canary.touch(id, '1');
    await twin.settled();
    expect(bus.events.map(({ detailType }) => detailType)).toEqual(['ResourceUpdated']);
  });

  test('that does not exist, or that this client may not change, is a fault of the configuration', async () => {
    const unknown = canary.touch('3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f', '1');
    await expect(unknown).rejects.toMatchObject({
      failureClass: 'configuration',
      code: 'COMMERCETOOLS_404',
    });
    const forbidden = connect('runtime').touch(id, '1');
    await expect(forbidden).rejects.toMatchObject({
      failureClass: 'configuration',
      code: 'COMMERCETOOLS_403',
    });
  });

  test('classifies an outage as retry', async () => {
    twin.faults.http.rates = { serverError: 1 };
    // Faults spare the client of the shop.
    await expect(connect('runtime').touch(id, '1')).rejects.toMatchObject({ failureClass: 'retry' });
  });
});
