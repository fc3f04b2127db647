import { type CommercetoolsTwin, startCommercetoolsTwin } from '@fluent-connector/twins/commercetools';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createCommercetoolsLister } from '../../lambdas/adapters/commercetools/sdk-commercetools-lister.ts';
import { TokenCache } from '../../lambdas/core/base/token.ts';
import type { CommercetoolsLister, ListWindow } from '../../lambdas/core/runs/ports/commercetools-lister.ts';
import { bareCustomer } from '../builders/customer.ts';
import { idOf } from '../builders/notification.ts';
import { startRawServer } from '../builders/raw-server.ts';
import { createMemoryLister } from '../fakes/memory-commercetools-lister.ts';

const resourceType = 'customer';
const noon = Date.parse('2026-11-20T12:00:00Z');
const minute = 60_000;

/** A customer that was modified so many minutes after noon. */
const modified = (n: number, minutes: number, over: object = {}) =>
  bareCustomer({
    id: idOf(n),
    version: n,
    email: `C${n}@Example.com`,
    key: `key-${n}`,
    createdAt: '2026-11-20T00:00:00.000Z',
    lastModifiedAt: new Date(noon + minutes * minute).toISOString(),
    ...over,
  });

/** What every lister does. `plant` puts customers at the source. */
function describeLister(
  name: string,
  connect: () => CommercetoolsLister,
  plant: (customers: ReturnType<typeof modified>[]) => Promise<void>,
) {
  describe(name, () => {
    const idsOf = async (lister: CommercetoolsLister, limit: number, window?: ListWindow) => {
      const pages: string[][] = [];
      for (let after: string | undefined; ; after = pages.at(-1)?.at(-1)) {
        const { resources } = await lister.page({
          resourceType,
          limit,
          expand: [],
          ...(after !== undefined && { after }),
          ...(window && { window }),
        });
        pages.push(resources.map(({ id }) => id));
        if (resources.length < limit) return pages;
      }
    };

    test('lists all by id, page by page, each once', async () => {
      await plant([5, 3, 1, 4, 2].map((n) => modified(n, n)));
      expect(await idsOf(connect(), 2)).toEqual([[idOf(1), idOf(2)], [idOf(3), idOf(4)], [idOf(5)]]);
    });

    test('gives identity, version and the whole body', async () => {
      await plant([modified(7, 0, { firstName: 'Ann' })]);
      const { resources } = await connect().page({ resourceType, limit: 10, expand: [] });
      expect(resources).toMatchObject([
        { id: idOf(7), version: 7, body: { id: idOf(7), version: 7, firstName: 'Ann' } },
      ]);
    });

    test('a window takes its beginning and leaves out its end', async () => {
      await plant([1, 2, 3, 4, 5].map((n) => modified(n, n)));
      const at = (minutes: number) => noon + minutes * minute;
      expect(await idsOf(connect(), 10, { from: at(2), to: at(4) })).toEqual([[idOf(2), idOf(3)]]);
      expect(await idsOf(connect(), 1, { from: at(4) })).toEqual([[idOf(4)], [idOf(5)], []]);
      expect(await idsOf(connect(), 10, { to: at(1) })).toEqual([[]]);
      expect(await connect().count({ resourceType, window: { from: at(2), to: at(4) } })).toBe(2);
    });

    test('counts, and answers a total only on request', async () => {
      await plant([1, 2, 3].map((n) => modified(n, n)));
      expect(await connect().count({ resourceType })).toBe(3);
      const page = { resourceType, limit: 1, expand: [] };
      expect(await connect().page({ ...page, withTotal: true })).toMatchObject({ total: 3 });
      expect(await connect().page(page)).not.toHaveProperty('total');
    });

    test.each([100, 101, 600])(
      'reads %i named customers and leaves out those that do not exist',
      async (count) => {
        await plant([1, 2, 3, count].map((n) => modified(n, n)));
        const ids = Array.from({ length: count }, (_, n) => idOf(n + 2));
        const read = await connect().byIds({ resourceType, ids: [...ids, idOf(2)], expand: [] });
        expect(read.map(({ id, version }) => [id, version])).toEqual([
          [idOf(2), 2],
          [idOf(3), 3],
          [idOf(count), count],
        ]);
        expect(await connect().byIds({ resourceType, ids: [], expand: [] })).toEqual([]);
      },
    );

    test('answers whether a customer exists', async () => {
      await plant([modified(1, 0)]);
      expect(await connect().exists({ resourceType, id: idOf(1) })).toBe(true);
      expect(await connect().exists({ resourceType, id: idOf(2) })).toBe(false);
    });

    test('finds by e-mail however it is written, and by key exactly', async () => {
      await plant([1, 2].map((n) => modified(n, n)));
      const find = (by: 'email' | 'key', value: string) => connect().find({ resourceType, by, value });
      expect(await find('email', 'c1@EXAMPLE.com')).toEqual([idOf(1)]);
      expect(await find('email', 'c1@example.com" or email <> "')).toEqual([]);
      expect(await find('key', 'key-2')).toEqual([idOf(2)]);
      expect(await find('key', 'KEY-2')).toEqual([]);
    });
  });
}

describe('the commercetools lister', () => {
  const memory = new Map<string, unknown>();
  afterEach(() => memory.clear());
  describeLister(
    'in memory',
    () => createMemoryLister(memory),
    async (customers) => {
      for (const customer of customers) memory.set(customer.id, customer);
    },
  );

  describe('over HTTP', () => {
    let twin: CommercetoolsTwin;
    beforeAll(async () => {
      const bus = {
        createSource: async () => undefined,
        deleteSource: async () => undefined,
        put: async () => undefined,
      };
      twin = await startCommercetoolsTwin({ projectKey: 'local', bus });
    });
    afterAll(() => twin.stop());
    afterEach(() => twin.reset());

    const connect = (
      over: { apiUrl?: string; clientSecret?: string } = {},
      tokens = new TokenCache(Date.now),
    ) =>
      createCommercetoolsLister({
        connection: { ...twin.connection('runtime'), ...over },
        projectKey: 'local',
        clock: Date.now,
        timeoutMs: 1_500,
        tokens,
        signal: new AbortController().signal,
      });
    describeLister(
      'on the twin',
      () => connect(),
      async (customers) => {
        await twin.seed({ customers });
      },
    );

    test('asks one query for a page, and expands what the mapper reads', async () => {
      const group = { typeId: 'customer-group', key: 'vip' } as const;
      await twin.seed({
        customerGroups: [{ key: 'vip', name: 'VIP' }],
        customers: [modified(1, 0, { customerGroup: group })],
      });
      const page = await connect().page({ resourceType, limit: 500, expand: ['customerGroup'] });
      expect(page.resources).toMatchObject([{ body: { customerGroup: { obj: { key: 'vip' } } } }]);
      expect(twin.requests()).toEqual({ 'GET /customers': 1, 'POST /oauth/token': 1 });
    });

    test('classifies wrong credentials, and another resource type, as configuration', async () => {
      const page = { resourceType, limit: 1, expand: [] };
      await expect(connect({ clientSecret: 'wrong' }).page(page)).rejects.toMatchObject({
        failureClass: 'configuration',
      });
      await expect(connect().page({ ...page, resourceType: 'cart' })).rejects.toMatchObject({
        failureClass: 'configuration',
        code: 'RESOURCE_TYPE_UNKNOWN',
      });
    });

    test.each([
      ['rateLimitedRetryAfter', 1],
      ['serverError', undefined],
      ['overCapacity', undefined],
      ['hang', undefined],
    ] as const)('takes %s as worth another try', async (fault, retryAfterSeconds) => {
      const lister = connect();
      await lister.count({ resourceType });
      for (const call of [
        () => lister.page({ resourceType, limit: 1, expand: [] }),
        () => lister.exists({ resourceType, id: idOf(1) }),
      ]) {
        twin.faults.http.next.push(fault);
        await expect(call()).rejects.toMatchObject({
          failureClass: 'retry',
          ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
        });
      }
    });

    test('an answer without a list is not an empty list, and a foreign 404 is not a missing customer', async () => {
      const raw = await startRawServer();
      const tokens = new TokenCache(Date.now);
      await tokens.get(async () => ({ value: 'token', renewAt: Number.POSITIVE_INFINITY }));
      const lister = connect({ apiUrl: raw.url }, tokens);
      raw.answer(200, 'application/json', '{}');
      await expect(lister.page({ resourceType, limit: 1, expand: [] })).rejects.toMatchObject({
        code: 'COMMERCETOOLS_NO_LIST',
      });
      raw.answer(404, 'text/html', '<h1>Not Found</h1>');
      await expect(lister.exists({ resourceType, id: idOf(1) })).rejects.toMatchObject({
        failureClass: 'configuration',
      });
      await raw.stop();
    });
  });
});
