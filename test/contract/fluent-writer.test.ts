import { type FluentTwin, startFluentTwin } from '@fluent-connector/twins/fluent';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createFluentWriter } from '../../lambdas/adapters/fluent/graphql-fluent-writer.ts';
import { TokenCache } from '../../lambdas/core/base/token.ts';
import type { CreateCustomerInput, FluentWriter } from '../../lambdas/core/delivery/ports/fluent-writer.ts';
import { type RawServer, startRawServer } from '../builders/raw-server.ts';
import { createMemoryFluent } from '../fakes/memory-fluent-writer.ts';

let count = 0;
const input = (over: Partial<CreateCustomerInput> = {}): CreateCustomerInput => ({
  username: `user-${++count}`,
  primaryEmail: `user-${count}@example.com`,
  firstName: 'Jane',
  timezone: 'UTC',
  promotionOptIn: false,
  retailer: { id: '1' },
  attributes: [{ name: 'commercetoolsId', type: 'STRING', value: `id-${count}` }],
  ...over,
});

/** What every Fluent writer does. */
function describeFluentWriter(name: string, connect: () => FluentWriter) {
  describe(name, () => {
    test('finds nothing under an unknown username or e-mail', async () => {
      expect(await connect().findByUsername('nobody')).toBeUndefined();
      expect(await connect().findByEmail('nobody@example.com')).toEqual([]);
    });

    test('creates a customer once', async () => {
      const writer = connect();
      const one = input({ department: 'Sales' });
      expect(await writer.create(one)).toBe('created');
      expect(await writer.create(one)).toBe('duplicate');
      const expected = {
        username: one.username,
        retailerId: '1',
        department: 'Sales',
        fields: {
          primaryEmail: one.primaryEmail,
          firstName: 'Jane',
          timezone: 'UTC',
          promotionOptIn: false,
        },
        attributes: one.attributes,
      };
      expect(await writer.findByUsername(one.username)).toEqual(expected);
      expect(await writer.findByEmail(one.primaryEmail)).toEqual([expected]);
    });

    test('updates under the username, keeps what is left out and merges attributes by name', async () => {
      const writer = connect();
      const one = input();
      await writer.create(one);
      const added = { name: 'stores', type: 'JSON', value: ['berlin'] } as const;
      expect(
        await writer.update({ username: one.username, primaryEmail: 'new@example.com', attributes: [added] }),
      ).toBe('updated');
      expect((await writer.findByUsername(one.username))?.attributes).toEqual([...one.attributes, added]);
    });

    test('answers unknown for an update of an unknown username', async () => {
      expect(await connect().update({ username: 'nobody', attributes: [] })).toBe('unknown');
    });

    test('lists every customer once, a hundred a page, and knows the last page', async () => {
      const writer = connect();
      const made = Array.from({ length: 101 }, () => input());
      for (const one of made) await writer.create(one);
      const listed: string[] = [];
      let after: string | undefined;
      do {
        const page = await writer.list(after === undefined ? {} : { after });
        expect(page.customers.length).toBeLessThanOrEqual(100);
        listed.push(...page.customers.map(({ username }) => username));
        after = page.next;
      } while (after !== undefined);
      expect(new Set(listed).size).toBe(listed.length);
      expect(listed).toEqual(expect.arrayContaining(made.map(({ username }) => username)));
    });

    test('answers a ping', async () => {
      expect(await connect().ping()).toBeUndefined();
    });

    test('finds by the exact username only', async () => {
      const writer = connect();
      await writer.create(input({ username: `exact_${++count}` }));
      expect(await writer.findByUsername(`exact%${count}`)).toBeUndefined();
      expect(await writer.findByUsername('exact%')).toBeUndefined();
    });
  });
}

describe('the Fluent writer', () => {
  const memory = createMemoryFluent();
  describeFluentWriter('in memory', () => memory);

  describe('over HTTP', () => {
    let twin: FluentTwin;
    let raw: RawServer;
    beforeAll(async () => {
      twin = await startFluentTwin({ accountId: 'TEST' });
      raw = await startRawServer();
    });
    afterAll(async () => {
      await twin.stop();
      await raw.stop();
    });
    afterEach(() => twin.reset());

    const connect = (
      over: { rootUrl?: string; signal?: AbortSignal; tokens?: TokenCache; password?: string } = {},
    ) => {
      const {
        signal = new AbortController().signal,
        tokens = new TokenCache(Date.now),
        ...connection
      } = over;
      return createFluentWriter({
        connection: { ...twin.connection(), ...connection },
        clock: Date.now,
        timeoutMs: 1_500,
        tokens,
        signal,
      });
    };
    describeFluentWriter('on the twin', () => connect());

    test('asks for one token for twenty calls at once, in the body and never in the address', async () => {
      const writer = connect();
      await Promise.all(Array.from({ length: 20 }, () => writer.findByUsername('x')));
      expect(twin.calls()).toMatchObject({ token: 1, lookup: 20 });
    });

    test('renews a refused token once, with one request for all', async () => {
      const writer = connect();
      await writer.findByUsername('x');
      twin.expireTokens();
      await Promise.all(Array.from({ length: 5 }, () => writer.findByUsername('x')));
      expect(twin.calls().token).toBe(2);
    });

    test('classifies a wrong password as configuration', async () => {
      await expect(connect({ password: 'wrong' }).findByUsername('x')).rejects.toMatchObject({
        failureClass: 'configuration',
      });
    });

    test.each([
      ['rateLimited', 'retry', 60],
      ['rateLimitedRetryAfter', 'retry', 1],
      ['C0011E', 'retry', 60],
      ['S0002E', 'ambiguous', 30],
      ['serverError', 'ambiguous', undefined],
      ['badGatewayHtml', 'ambiguous', undefined],
      ['badGatewayAfterWrite', 'ambiguous', undefined],
      ['hang', 'ambiguous', undefined],
      ['resetBeforeWrite', 'ambiguous', undefined],
      ['resetAfterWrite', 'ambiguous', undefined],
      ['dataAndErrors', 'ambiguous', 30],
      ['invalidJson', 'ambiguous', undefined],
    ] as const)('judges a create that met %s as %s', async (fault, failureClass, wait) => {
      const writer = connect();
      await writer.findByUsername('warm');
      twin.faults.next.push(fault);
      const refused = await writer.create(input()).catch((error: unknown) => error);
      expect(refused).toMatchObject({ failureClass, ...(wait !== undefined && { retryAfterSeconds: wait }) });
      expect(String(refused)).not.toMatch(/example\.com|Jane|Bearer/);
    });

    test.each(['serverError', 'hang', 'resetBeforeWrite', 'invalidJson'] as const)(
      'classifies a lookup that met %s as retry',
      async (fault) => {
        const writer = connect();
        await writer.findByUsername('warm');
        twin.faults.next.push(fault);
        await expect(writer.findByUsername('x')).rejects.toMatchObject({ failureClass: 'retry' });
      },
    );

    test.each(['unauthorised', 'tokenExpired'] as const)(
      'goes on after %s without anybody noticing',
      async (fault) => {
        const writer = connect();
        await writer.findByUsername('warm');
        twin.faults.next.push(fault);
        expect(await writer.create(input())).toBe('created');
      },
    );

    test('classifies a missing permission as configuration', async () => {
      twin.switches.permissions = ['CUSTOMER_VIEW'];
      await expect(connect().create(input())).rejects.toMatchObject({
        failureClass: 'configuration',
        code: 'C0020E',
      });
      twin.switches.permissions = ['CUSTOMER_VIEW', 'CUSTOMER_CREATE', 'CUSTOMER_UPDATE', 'RETAILER_VIEW'];
    });

    test('classifies a field that is too long as permanent', async () => {
      await expect(connect().create(input({ firstName: 'x'.repeat(51) }))).rejects.toMatchObject({
        failureClass: 'permanent',
        code: 'C0141E',
      });
    });

    test.each([
      ['message', 200],
      ['extensions', 400],
    ] as const)('reads codes from the %s and with HTTP %i', async (place, status) => {
      Object.assign(twin.switches, { errorCodeIn: place, statusOfErrors: status });
      const writer = connect();
      const one = input();
      await writer.create(one);
      expect(await writer.create(one)).toBe('duplicate');
      expect(await writer.update({ username: 'nobody', attributes: [] })).toBe('unknown');
      Object.assign(twin.switches, { errorCodeIn: 'extensions', statusOfErrors: 200 });
    });

    test('does not start a write when the time of the invocation is over', async () => {
      const over = AbortSignal.abort();
      await expect(connect({ signal: over }).create(input())).rejects.toMatchObject({
        failureClass: 'retry',
        code: 'FLUENT_NO_TIME',
      });
      expect(twin.calls().create).toBe(0);
    });

    test.each([
      [503, '{"errors":[{"message":"possible duplicate submission"}]}', 'ambiguous', undefined],
      [503, '{"errors":[{"message":"x","extensions":{"code":"C0141E"}}]}', 'ambiguous', undefined],
      [
        200,
        '{"errors":[{"extensions":{"code":"C0020E"}},{"extensions":{"code":"S0002E"}}]}',
        'ambiguous',
        undefined,
      ],
      [200, '{"errors":[{"message":null,"extensions":{"code":"C0011E"}}]}', 'retry', 300],
      [200, '{"errors":[{"extensions":{"code":"C0120E"}}]}', 'configuration', undefined],
    ])('judges a create answered %i %s as %s', async (status, body, failureClass, wait) => {
      const tokens = new TokenCache(Date.now);
      await tokens.get(async () => ({ value: 'token', renewAt: Number.POSITIVE_INFINITY }));
      raw.answer(status, 'application/json', body, wait === undefined ? '' : `retry-after: ${wait}\r\n`);
      const expected = { failureClass, ...(wait !== undefined && { retryAfterSeconds: wait }) };
      await expect(connect({ rootUrl: raw.url, tokens }).create(input())).rejects.toMatchObject(expected);
    });

    test('treats "errors": null as no errors', async () => {
      const tokens = new TokenCache(Date.now);
      await tokens.get(async () => ({ value: 'token', renewAt: Number.POSITIVE_INFINITY }));
      raw.answer(200, 'application/json', '{"data":{"createCustomer":{"username":"x"}},"errors":null}');
      expect(await connect({ rootUrl: raw.url, tokens }).create(input())).toBe('created');
    });

    test.each([
      ['resets the connection', 'reset'],
      ['stalls after the headers', 'stall'],
      ['sends half a body', 'half'],
      ['drips a byte at a time', 'drip'],
      ['names a wrong length', 'wrong-length'],
      ['redirects elsewhere', 'redirect'],
    ] as const)('against a server that %s, fails in a named way', async (_what, behaviour) => {
      const tokens = new TokenCache(Date.now);
      await tokens.get(async () => ({ value: 'token', renewAt: Number.POSITIVE_INFINITY }));
      raw.behave(behaviour);
      const failureClass = behaviour === 'redirect' ? 'configuration' : 'ambiguous';
      await expect(connect({ rootUrl: raw.url, tokens }).create(input())).rejects.toMatchObject({
        failureClass,
      });
      expect(raw.requests()).toBe(1);
    });
  });
});
