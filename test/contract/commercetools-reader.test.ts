import { type CommercetoolsTwin, startCommercetoolsTwin } from '@fluent-connector/twins/commercetools';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCommercetoolsReader } from '../../lambdas/adapters/commercetools/sdk-commercetools-reader.ts';
import { TokenCache } from '../../lambdas/core/base/token.ts';
import type { CommercetoolsReader } from '../../lambdas/core/delivery/ports/commercetools-reader.ts';
import { idOf } from '../builders/notification.ts';
import { type RawServer, startRawServer } from '../builders/raw-server.ts';
import { createMemoryCommercetools } from '../fakes/memory-commercetools-reader.ts';

/** What every reader does. `plant` puts a customer at the source. */
function describeReader(
  name: string,
  connect: () => CommercetoolsReader,
  plant: (id: string, version: number) => Promise<void>,
) {
  describe(name, () => {
    beforeEach(async () => {
      for (const n of [1, 2, 3]) await plant(idOf(n), n);
    });

    test('reads one customer by its id', async () => {
      expect(await connect().customersById([idOf(2)])).toMatchObject([
        { id: idOf(2), version: 2, email: `${idOf(2)}@example.com` },
      ]);
    });

    test('reads many customers with one query and leaves out those that do not exist', async () => {
      const read = (await connect().customersById([idOf(3), idOf(9), idOf(1)])) as { id: string }[];
      expect(read.map(({ id }) => id).sort()).toEqual([idOf(1), idOf(3)]);
    });

    test('answers an empty list for an unknown id and for no ids', async () => {
      expect(await connect().customersById([idOf(9)])).toEqual([]);
      expect(await connect().customersById([])).toEqual([]);
    });
  });
}

describe('the commercetools reader', () => {
  const memory = createMemoryCommercetools();
  describeReader(
    'in memory',
    () => memory,
    async (id, version) => {
      memory.customers.set(id, { id, version, email: `${id}@example.com` });
    },
  );

  describe('over HTTP', () => {
    let twin: CommercetoolsTwin;
    let raw: RawServer;
    beforeAll(async () => {
      const bus = {
        createSource: async () => undefined,
        deleteSource: async () => undefined,
        put: async () => undefined,
      };
      twin = await startCommercetoolsTwin({ projectKey: 'local', bus });
      raw = await startRawServer();
    });
    afterAll(async () => {
      await twin.stop();
      await raw.stop();
    });
    afterEach(() => twin.reset());

    const connect = (
      over: { apiUrl?: string; clientSecret?: string; tokens?: TokenCache; signal?: AbortSignal } = {},
    ) => {
      const {
        tokens = new TokenCache(Date.now),
        signal = new AbortController().signal,
        ...connection
      } = over;
      return createCommercetoolsReader({
        connection: { ...twin.connection('runtime'), ...connection },
        projectKey: 'local',
        clock: Date.now,
        timeoutMs: 1_500,
        tokens,
        signal,
      });
    };
    describeReader(
      'on the twin',
      () => connect(),
      async (id, version) => {
        await twin.seed({ customers: [{ id, version, email: `${id}@example.com` }] });
      },
    );

    test('asks one query for many ids and a GET for one', async () => {
      const reader = connect();
      await reader.customersById([idOf(1), idOf(2)]);
      await reader.customersById([idOf(1)]);
      expect(twin.requests()).toMatchObject({
        'GET /customers': 1,
        'GET /customers/{id}': 1,
        'POST /oauth/token': 1,
      });
    });

    test('expands the customer group, so that its key is in the body', async () => {
      const group = { typeId: 'customer-group', key: 'vip' } as const;
      await twin.seed({
        customerGroups: [{ key: 'vip', name: 'VIP' }],
        customers: [{ id: idOf(1), version: 1, email: 'a@example.com', customerGroup: group }],
      });
      const expected = [{ customerGroup: { obj: { key: 'vip' } } }];
      expect(await connect().customersById([idOf(1)], { expand: ['customerGroup'] })).toMatchObject(expected);
      expect(await connect().customersById([idOf(1), idOf(2)], { expand: ['customerGroup'] })).toMatchObject(
        expected,
      );
    });

    test('asks for one token for twenty calls at once', async () => {
      const reader = connect();
      await Promise.all(Array.from({ length: 20 }, () => reader.customersById([idOf(1)])));
      expect(twin.requests()['POST /oauth/token']).toBe(1);
    });

    test('renews a refused token once', async () => {
      const reader = connect();
      await reader.customersById([idOf(1)]);
      twin.expireTokens();
      expect(await reader.customersById([idOf(1)])).toEqual([]);
      expect(twin.requests()['POST /oauth/token']).toBe(2);
    });

    test('classifies wrong credentials as configuration', async () => {
      await expect(connect({ clientSecret: 'wrong' }).customersById([idOf(1)])).rejects.toMatchObject({
        failureClass: 'configuration',
      });
    });

    test.each([
      ['rateLimited', 60],
      ['rateLimitedRetryAfter', 1],
      ['serverError', undefined],
      ['badGatewayHtml', undefined],
      ['overCapacity', undefined],
      ['hang', undefined],
      ['reset', undefined],
    ] as const)('takes %s as worth another try', async (fault, wait) => {
      for (const ids of [[idOf(1)], [idOf(1), idOf(2)]]) {
        const reader = connect();
        await reader.customersById([idOf(3)]);
        twin.faults.http.next.push(fault);
        const refused = await reader.customersById(ids).catch((error: unknown) => error);
        expect(refused).toMatchObject({
          failureClass: 'retry',
          ...(wait !== undefined && { retryAfterSeconds: wait }),
        });
        expect(JSON.stringify(refused) + String(refused)).not.toMatch(/Bearer|secret/i);
      }
    });

    test.each([
      ['a page of a proxy', 'text/html', '<h1>Not Found</h1>'],
      ['another reason', 'application/json', '{"statusCode":404,"errors":[{"code":"ProjectNotFound"}]}'],
    ])('does not take a 404 with %s for a missing customer', async (_what, type, body) => {
      const tokens = new TokenCache(Date.now);
      await tokens.get(async () => ({ value: 'token', renewAt: Number.POSITIVE_INFINITY }));
      raw.answer(404, type, body);
      for (const ids of [[idOf(1)], [idOf(1), idOf(2)]]) {
        await expect(connect({ apiUrl: raw.url, tokens }).customersById(ids)).rejects.toMatchObject({
          failureClass: 'configuration',
        });
      }
    });

    test.each(['reset', 'stall', 'half', 'drip'] as const)(
      'against a server that does "%s", asks once and fails in a named way',
      async (behaviour) => {
        const tokens = new TokenCache(Date.now);
        await tokens.get(async () => ({ value: 'token', renewAt: Number.POSITIVE_INFINITY }));
        raw.behave(behaviour);
        await expect(connect({ apiUrl: raw.url, tokens }).customersById([idOf(1)])).rejects.toMatchObject({
          failureClass: 'retry',
        });
        expect(raw.requests()).toBe(1);
      },
    );

    test('never follows a redirect', async () => {
      const tokens = new TokenCache(Date.now);
      await tokens.get(async () => ({ value: 'token', renewAt: Number.POSITIVE_INFINITY }));
      raw.behave('redirect');
      await expect(connect({ apiUrl: raw.url, tokens }).customersById([idOf(1)])).rejects.toMatchObject({
        failureClass: 'configuration',
      });
    });
  });
});
