import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoProject } from '../src/commercetools/demo-project.ts';
import { commercetoolsFaults, type HttpFault } from '../src/commercetools/faults.ts';
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

let twin: CommercetoolsTwin;
let clock = new Date();
let shop: Sdk;

beforeAll(async () => {
  twin = await startCommercetoolsTwin({ projectKey, bus: new RecordingBus(), now: () => clock });
  shop = sdk(twin.connection('admin'));
});
afterAll(() => twin.stop());
beforeEach(async () => {
  await twin.reset();
  await twin.seed(demoProject);
});

async function token(
  kind: 'runtime' | 'subscription' | 'admin',
  form: Record<string, string> = {},
  secret?: string,
) {
  const { authUrl, clientId, clientSecret } = twin.connection(kind);
  const basic = Buffer.from(`${clientId}:${secret ?? clientSecret}`).toString('base64');
  const response = await fetch(`${authUrl}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** The status of a GET with a fresh token of the runtime client. */
async function get(path: string, bearer?: string) {
  const accessToken = bearer ?? (await token('runtime')).body['access_token'];
  const response = await fetch(`${twin.url}${path}`, { headers: { authorization: `Bearer ${accessToken}` } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('tokens', () => {
  test('are issued for the scopes of the client, or for the requested part of them', async () => {
    const { body } = await token('runtime');
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 172_800 });
    expect(body['scope']).toContain('view_customers:demo');
    const part = await token('runtime', { scope: 'view_customers:demo' });
    expect(part.body['scope']).toBe('view_customers:demo');
  });

  test.each([
    [{ scope: 'manage_customers:demo' }, undefined, 400, 'invalid_scope'],
    [{ grant_type: 'password' }, undefined, 400, 'unsupported_grant_type'],
    [{}, 'wrong', 401, 'invalid_client'],
  ])('rejects %o with secret %s: %i %s', async (form, secret, status, error) => {
    const answer = await token('runtime', form, secret);
    expect(answer).toMatchObject({ status, body: { error, errors: [{ code: error }] } });
  });

  test('are not issued to an unknown client, also through the SDK', async () => {
    const api = sdk({ ...twin.connection('runtime'), clientId: 'stranger' });
    await expect(api.customers().get().execute()).rejects.toMatchObject({ statusCode: 401 });
  });

  test('are required: a missing or unknown one is a 401', async () => {
    expect((await fetch(`${twin.url}/demo/customers`)).status).toBe(401);
    expect(JSON.parse((await get('/demo/customers', 'made-up')).text)).toMatchObject({
      statusCode: 401,
      error: 'invalid_token',
    });
  });

  test('expire after the configured lifetime', async () => {
    twin.faults.tokenLifetimeSeconds = 60;
    const { body } = await token('runtime');
    expect(body['expires_in']).toBe(60);
    clock = new Date(clock.getTime() + 59_000);
    expect((await get('/demo/customers', body['access_token'])).status).toBe(200);
    clock = new Date(clock.getTime() + 1_000);
    expect((await get('/demo/customers', body['access_token'])).status).toBe(401);
  });

  test('are renewed by the SDK once after expireTokens', async () => {
    const api = sdk(twin.connection('runtime'));
    await api.customers().get().execute();
    twin.expireTokens();
    await api.customers().get().execute();
    expect(twin.requests()['POST /oauth/token']).toBe(2);
  });
});

describe('scopes', () => {
  const forbidden = { statusCode: 403, body: { errors: [{ code: 'insufficient_scope' }] } };

  test('let runtime read customers, groups and types, and nothing else', async () => {
    const api = sdk(twin.connection('runtime'));
    const customer = await createCustomer(shop, {
      email: 'a@example.com',
      customerGroup: { typeId: 'customer-group', key: 'vip' },
    });
    const queryArgs = { expand: 'customerGroup' };
    expect(
      (await api.customers().withId({ ID: customer.id }).get({ queryArgs }).execute()).body.customerGroup?.obj
        ?.key,
    ).toBe('vip');
    expect((await api.types().get().execute()).statusCode).toBe(200);
    await expect(createCustomer(api, { email: 'b@example.com' })).rejects.toMatchObject(forbidden);
    await expect(changeCustomer(api, customer, [])).rejects.toMatchObject(forbidden);
    await expect(
      api
        .customers()
        .withId({ ID: customer.id })
        .delete({ queryArgs: { version: 1 } })
        .execute(),
    ).rejects.toMatchObject(forbidden);
    await expect(api.subscriptions().get().execute()).rejects.toMatchObject(forbidden);
    await expect(
      api
        .subscriptions()
        .post({ body: subscriptionDraft('sync') })
        .execute(),
    ).rejects.toMatchObject(forbidden);
    await expect(api.channels().get().execute()).rejects.toMatchObject(forbidden);
  });

  test('let subscription manage subscriptions, but read no customer', async () => {
    const api = sdk(twin.connection('subscription'));
    expect(
      (
        await api
          .subscriptions()
          .post({ body: subscriptionDraft('sync') })
          .execute()
      ).statusCode,
    ).toBe(201);
    await expect(api.customers().get().execute()).rejects.toMatchObject(forbidden);
  });

  test('are required to expand a group', async () => {
    const api = sdk(twin.connection('runtime'), ['view_customers:demo']);
    expect((await api.customers().get().execute()).statusCode).toBe(200);
    await expect(
      api
        .customers()
        .get({ queryArgs: { expand: 'customerGroup' } })
        .execute(),
    ).rejects.toMatchObject(forbidden);
  });

  test('do not apply to another project', async () => {
    expect((await get('/other/customers')).status).toBe(403);
  });
});

describe('faults', () => {
  let id = '';
  beforeEach(async () => {
    const customer = await createCustomer(shop, { email: 'a@example.com', firstName: 'Old' });
    await changeCustomer(shop, customer, [{ action: 'setFirstName', firstName: 'New' }]);
    id = customer.id;
  });
  const read = async (fault: HttpFault) => {
    const { body } = await token('runtime');
    twin.faults.http.next.push(fault);
    return get(`/demo/customers/${id}`, body['access_token']);
  };

  test.each([
    ['rateLimited', 429],
    ['rateLimitedRetryAfter', 429],
    ['serverError', 500],
    ['overCapacity', 503],
    ['tokenExpired', 401],
  ] as const)('%s answers %i in the form of the API, once', async (fault, status) => {
    const answer = await read(fault);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({
      statusCode: status,
      errors: [{ code: expect.any(String) }],
    });
    expect((await get(`/demo/customers/${id}`)).status).toBe(200);
  });

  test('only rateLimitedRetryAfter sends Retry-After', async () => {
    twin.faults.retryAfterSeconds = 9;
    expect((await read('rateLimitedRetryAfter')).headers.get('retry-after')).toBe('9');
    expect((await read('rateLimited')).headers.get('retry-after')).toBeNull();
  });

  test('badGatewayHtml answers 502 with HTML', async () => {
    const answer = await read('badGatewayHtml');
    expect(answer.status).toBe(502);
    expect(() => JSON.parse(answer.text)).toThrow(SyntaxError);
  });

  test('reset closes the connection', async () => {
    await expect(read('reset')).rejects.toThrow(TypeError);
  });

  test('hang never answers', async () => {
    const waiting = read('hang');
    const winner = await Promise.race([
      waiting,
      new Promise((resolve) => setTimeout(resolve, 30, 'still waiting')),
    ]);
    expect(winner).toBe('still waiting');
    waiting.catch(() => undefined);
  });

  test('tokenExpired makes the token invalid', async () => {
    const { body } = await token('runtime');
    twin.faults.http.next.push('tokenExpired');
    expect((await get('/demo/customers', body['access_token'])).status).toBe(401);
    expect((await get('/demo/customers', body['access_token'])).status).toBe(401);
  });

  test('tokenEndpointDown answers 503', async () => {
    twin.faults.http.next.push('tokenEndpointDown');
    expect((await token('runtime')).status).toBe(503);
    expect((await token('runtime')).status).toBe(200);
  });

  test('staleRead returns the previous version, staleNotFound a 404, and then reads are current again', async () => {
    expect(JSON.parse((await read('staleRead')).text)).toMatchObject({ version: 1, firstName: 'Old' });
    expect((await read('staleNotFound')).status).toBe(404);
    expect(JSON.parse((await get(`/demo/customers/${id}`)).text)).toMatchObject({
      version: 2,
      firstName: 'New',
    });
  });

  test('stale reads also affect queries', async () => {
    const where = `/demo/customers?where=${encodeURIComponent(`id in ("${id}")`)}`;
    twin.faults.http.next.push('staleRead', 'staleNotFound');
    expect(JSON.parse((await get(where)).text)).toMatchObject({ count: 1, results: [{ version: 1 }] });
    expect(JSON.parse((await get(where)).text)).toMatchObject({ count: 0, results: [] });
    expect(JSON.parse((await get(where)).text)).toMatchObject({ count: 1, results: [{ version: 2 }] });
  });

  test('never affect the admin client, so that a shop keeps working', async () => {
    twin.faults = commercetoolsFaults.parse({ http: { rates: { serverError: 1 } } });
    expect((await createCustomer(shop, { email: 'b@example.com' })).version).toBe(1);
    expect((await get('/demo/customers')).status).toBe(500);
  });
});

describe('the admin endpoints', () => {
  const route = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${twin.url}/_twin/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  };

  test('count requests by method and path template', async () => {
    const { id } = await createCustomer(shop, { email: 'a@example.com', key: 'a1' });
    await get(`/demo/customers/${id}`);
    await get('/demo/customers/key=a1');
    await get('/demo/customers?limit=1');
    await get('/demo/nothing/here');
    const { body } = await route('GET', 'requests');
    expect(body).toMatchObject({
      'POST /customers': 1,
      'GET /customers': 1,
      'GET /customers/{id}': 1,
      'GET /customers/key={key}': 1,
      'POST /oauth/token': 4,
    });
    expect(body).toEqual(twin.requests());
  });

  test('answer 404 for an unknown path', async () => {
    const { status, text } = await get('/demo/nothing/here');
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ statusCode: 404, errors: [{ code: 'ResourceNotFound' }] });
  });

  test('change the named faults by PUT, keep the others, and reject invalid ones', async () => {
    await route('PUT', 'faults', { delayMs: 9 });
    const { body } = await route('PUT', 'faults', { delivery: { rates: { drop: 0.5 } } });
    expect(body).toMatchObject({ delayMs: 9, delivery: { rates: { drop: 0.5 }, next: [] } });
    expect(twin.faults).toEqual(body);
    expect((await route('PUT', 'faults', { http: { rates: { earthquake: 1 } } })).status).toBe(400);
    expect((await route('GET', 'faults')).body).toEqual(body);
  });

  test('list notifications, and remove everything on reset', async () => {
    await shop
      .subscriptions()
      .post({ body: subscriptionDraft('sync') })
      .execute();
    await createCustomer(shop, { email: 'a@example.com' });
    expect((await route('GET', 'notifications')).body).toMatchObject({
      count: 2,
      results: [{ subscriptionKey: 'sync' }, { event: { detail: { resource: { typeId: 'customer' } } } }],
    });
    expect((await route('POST', 'reset')).status).toBe(204);
    expect(twin.notifications()).toEqual([]);
    expect(twin.customers()).toEqual([]);
    await shop
      .subscriptions()
      .post({ body: subscriptionDraft('sync') })
      .execute();
  });
});
