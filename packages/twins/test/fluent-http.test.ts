import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FluentFault, fluentFaults } from '../src/fluent/faults.ts';
import { fluentSwitches } from '../src/fluent/switches.ts';
import { type FluentTwin, startFluentTwin } from '../src/fluent/twin.ts';
import { fluentClient, type GraphqlResponse, jane, tokenOf } from './fluent-client.ts';

let twin: FluentTwin;
let clock = new Date('2026-11-20T12:00:00Z');

beforeAll(async () => {
  twin = await startFluentTwin({ accountId: 'ACME', now: () => clock });
});
afterAll(() => twin.stop());
beforeEach(() => {
  twin.reset();
  twin.switches = fluentSwitches.parse({});
});

const laterBy = (seconds: number) => {
  clock = new Date(clock.getTime() + seconds * 1000);
};

describe('token endpoint', () => {
  test('issues a token for the password grant', async () => {
    const { status, body } = await tokenOf(twin.connection());
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: 'bearer',
      expires_in: 86386,
      scope: 'api',
      Retailer_id: '1',
    });
    expect(twin.calls()).toEqual({ token: 1, lookup: 0, create: 0, update: 0, other: 0 });
  });

  test.each([
    [{ password: 'wrong' }, 401],
    [{ client_secret: 'wrong' }, 401],
    [{ username: 'wrong' }, 401],
    [{ grant_type: 'client_credentials' }, 400],
  ])('rejects %o with %i', async (form, status) => {
    expect((await tokenOf(twin.connection(), form)).status).toBe(status);
  });

  test('rejects credentials in the query string', async () => {
    const { rootUrl, clientId, clientSecret, username, password } = twin.connection();
    const query = new URLSearchParams({
      grant_type: 'password',
      client_id: clientId,
      client_secret: clientSecret,
      username,
      password,
    });
    const response = await fetch(`${rootUrl}/oauth/token?${query}`, { method: 'POST' });
    expect(response.status).toBe(400);
  });

  test('accepts a refresh token once', async () => {
    const { body } = await tokenOf(twin.connection());
    const form = { grant_type: 'refresh_token', refresh_token: body['refresh_token'] ?? '' };
    const refreshed = await tokenOf(twin.connection(), form);
    expect(refreshed.status).toBe(200);
    expect(refreshed.body['access_token']).not.toBe(body['access_token']);
    expect((await tokenOf(twin.connection(), form)).status).toBe(401);
  });

  test('tokenEndpointDown answers 503', async () => {
    twin.faults.next.push('tokenEndpointDown');
    expect((await tokenOf(twin.connection())).status).toBe(503);
    expect((await tokenOf(twin.connection())).status).toBe(200);
  });
});

describe('a bearer token', () => {
  test('is required', async () => {
    const response = await fetch(`${twin.url}/graphql`, {
      method: 'POST',
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(401);
  });

  test('expires after the configured lifetime', async () => {
    twin.switches.tokenLifetimeSeconds = 60;
    const client = await fluentClient(twin.connection());
    laterBy(59);
    expect((await client.lookup('x')).status).toBe(200);
    laterBy(1);
    expect((await client.lookup('x')).status).toBe(401);
  });

  test('is invalid after expireTokens', async () => {
    const client = await fluentClient(twin.connection());
    twin.expireTokens();
    expect((await client.lookup('x')).status).toBe(401);
  });
});

describe('limits', () => {
  test('reject a request over 2 MB with 413', async () => {
    const client = await fluentClient(twin.connection());
    const value = 'x'.repeat(2 * 1024 * 1024);
    expect(
      (await client.create({ ...jane, attributes: [{ name: 'a', type: 'STRING', value }] })).status,
    ).toBe(413);
    const smaller = [{ name: 'a', type: 'STRING', value: value.slice(0, 1_900_000) }];
    expect((await client.create({ ...jane, attributes: smaller })).status).toBe(200);
  });

  test('reject a body that is not JSON with 400, an invalid query with a GraphQL error', async () => {
    const client = await fluentClient(twin.connection());
    expect(await client.graphql('{')).toMatchObject({
      status: 200,
      errors: [{ message: expect.any(String) }],
    });
    const { body } = await tokenOf(twin.connection());
    const headers = { authorization: `Bearer ${body['access_token']}` };
    expect((await fetch(`${twin.url}/graphql`, { method: 'POST', headers, body: 'x' })).status).toBe(400);
  });
});

describe('faults', () => {
  const outcome = async (fault: FluentFault) => {
    const client = await fluentClient(twin.connection());
    twin.faults.next.push(fault);
    twin.faults.slowMs = 1;
    const answer = await client.create(jane).catch((error: Error) => error);
    return { client, answer, written: twin.customers().length === 1 };
  };

  test.each([
    ['unauthorised', 401],
    ['tokenExpired', 401],
    ['rateLimited', 429],
    ['rateLimitedRetryAfter', 429],
    ['serverError', 500],
  ] as const)('%s answers %i and writes nothing', async (fault, status) => {
    const { answer, written } = await outcome(fault);
    expect(answer).toMatchObject({ status });
    expect(written).toBe(false);
    expect(twin.writes()).toEqual([]);
    expect(twin.calls().create).toBe(1);
  });

  test('unauthorised keeps the token valid, tokenExpired does not', async () => {
    const first = await outcome('unauthorised');
    expect((await first.client.lookup('x')).status).toBe(200);
    const second = await outcome('tokenExpired');
    expect((await second.client.lookup('x')).status).toBe(401);
  });

  test('only rateLimitedRetryAfter sends Retry-After', async () => {
    twin.faults.retryAfterSeconds = 7;
    const { answer } = await outcome('rateLimitedRetryAfter');
    expect((answer as GraphqlResponse).headers.get('retry-after')).toBe('7');
    const without = await outcome('rateLimited');
    expect((without.answer as GraphqlResponse).headers.get('retry-after')).toBeNull();
  });

  test.each(['C0011E', 'S0002E'] as const)(
    '%s is HTTP 200 with the code, and writes nothing',
    async (fault) => {
      const { answer, written } = await outcome(fault);
      expect(answer).toMatchObject({ status: 200, data: null, errors: [{ extensions: { code: fault } }] });
      expect(written).toBe(false);
    },
  );

  test.each([
    ['badGatewayHtml', false],
    ['badGatewayAfterWrite', true],
    ['invalidJson', true],
  ] as const)('%s has a body that is not JSON; written: %s', async (fault, expected) => {
    const { answer, written } = await outcome(fault);
    expect(answer).toBeInstanceOf(SyntaxError);
    expect(written).toBe(expected);
  });

  test.each([
    ['resetBeforeWrite', false],
    ['resetAfterWrite', true],
  ] as const)('%s closes the connection; written: %s', async (fault, expected) => {
    const { answer, written } = await outcome(fault);
    expect(answer).toBeInstanceOf(TypeError);
    expect(written).toBe(expected);
    expect(twin.writes().map(({ operation, username }) => [operation, username])).toEqual(
      expected ? [['create', 'jane']] : [],
    );
  });

  test('hang never answers and writes nothing', async () => {
    const client = await fluentClient(twin.connection());
    twin.faults.next.push('hang');
    const waiting = client.create(jane);
    // A later request on another connection is answered before it.
    expect((await client.lookup('jane')).data).toEqual({ customer: null });
    const winner = await Promise.race([
      waiting,
      new Promise((resolve) => setTimeout(resolve, 30, 'still waiting')),
    ]);
    expect(winner).toBe('still waiting');
    waiting.catch(() => undefined);
    expect(twin.customers()).toEqual([]);
  });

  test('slow writes at once, lateWrite when the answer is sent', async () => {
    const client = await fluentClient(twin.connection());
    twin.faults.slowMs = 60_000;
    twin.faults.next.push('slow', 'lateWrite');
    const slow = client.create(jane);
    await expect.poll(() => twin.customers().length).toBe(1);
    const late = client.create({ ...jane, username: 'late' });
    await expect.poll(() => twin.calls().create).toBe(2);
    expect(twin.writes().map(({ username }) => username)).toEqual(['jane']);
    for (const waiting of [slow, late]) waiting.catch(() => undefined);

    twin.faults.slowMs = 1;
    twin.faults.next.push('lateWrite');
    expect((await client.create({ ...jane, username: 'later' })).errors).toEqual([]);
    expect(twin.writes().at(-1)?.username).toBe('later');
  });

  test('dataAndErrors returns both and writes', async () => {
    const { answer, written } = await outcome('dataAndErrors');
    expect(answer).toMatchObject({
      status: 200,
      data: { createCustomer: { id: '101' } },
      errors: [{ extensions: { code: 'S0002E' } }],
    });
    expect(written).toBe(true);
  });

  test('can be limited to operations', async () => {
    const client = await fluentClient(twin.connection());
    twin.faults = fluentFaults.parse({ rates: { serverError: 1 }, operations: ['create'] });
    expect((await client.lookup('x')).status).toBe(200);
    expect((await client.create(jane)).status).toBe(500);
  });

  test('the same seed gives the same faults', async () => {
    const run = async (seed: number) => {
      const other = await startFluentTwin({ accountId: 'ACME', seed });
      const client = await fluentClient(other.connection());
      other.faults.rates = { serverError: 0.3, rateLimited: 0.2 };
      const statuses: number[] = [];
      for (let index = 0; index < 40; index += 1) statuses.push((await client.lookup('x')).status);
      await other.stop();
      return statuses;
    };
    const [first, second, third] = [await run(1), await run(1), await run(2)];
    expect(first).toEqual(second);
    expect(first).not.toEqual(third);
    expect(new Set(first)).toEqual(new Set([200, 429, 500]));
  });
});

describe('the admin endpoints', () => {
  const twinRoute = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${twin.url}/_twin/${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: await response.json() };
  };

  test('change the named faults and switches by PUT, and keep the others', async () => {
    await twinRoute('PUT', 'faults', { slowMs: 5 });
    const { body } = await twinRoute('PUT', 'faults', { rates: { hang: 0.1 } });
    expect(body).toMatchObject({ slowMs: 5, rates: { hang: 0.1 } });
    expect(twin.faults).toMatchObject({ slowMs: 5, rates: { hang: 0.1 } });
    await twinRoute('PUT', 'switches', { schema2022: true });
    expect((await twinRoute('GET', 'switches')).body).toMatchObject({
      schema2022: true,
      statusOfErrors: 200,
    });
  });

  test('reject an unknown fault or an invalid rate', async () => {
    expect((await twinRoute('PUT', 'faults', { rates: { earthquake: 1 } })).status).toBe(400);
    expect((await twinRoute('PUT', 'faults', { rates: { hang: 2 } })).status).toBe(400);
    expect(twin.faults.rates).toEqual({});
  });

  test('show customers and calls, and remove them on reset', async () => {
    const client = await fluentClient(twin.connection());
    await client.create(jane);
    expect((await twinRoute('GET', 'customers')).body).toMatchObject([
      { username: 'jane', retailer: { id: '1' } },
    ]);
    expect((await twinRoute('GET', 'calls')).body).toMatchObject({ token: 1, create: 1 });
    await twinRoute('POST', 'reset');
    expect(twin.customers()).toEqual([]);
    expect(twin.calls().create).toBe(0);
  });

  test('show the customers on an HTML page, escaped', async () => {
    const client = await fluentClient(twin.connection());
    await client.create({ ...jane, firstName: '<b>Jane</b>' });
    const page = await (await fetch(`${twin.url}/customers`)).text();
    expect(page).toContain('&lt;b&gt;Jane&lt;/b&gt;');
    expect(page).not.toContain('<b>');
  });
});
