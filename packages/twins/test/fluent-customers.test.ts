import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fluentSwitches } from '../src/fluent/switches.ts';
import { type FluentTwin, startFluentTwin } from '../src/fluent/twin.ts';
import { fluentClient, jane } from './fluent-client.ts';

let twin: FluentTwin;
let client: Awaited<ReturnType<typeof fluentClient>>;

beforeAll(async () => {
  twin = await startFluentTwin({ accountId: 'ACME', retailerIds: ['1', '2'] });
  client = await fluentClient(twin.connection());
});
afterAll(() => twin.stop());
beforeEach(() => {
  twin.reset();
  twin.switches = fluentSwitches.parse({});
});

const codes = ({ errors }: { errors: readonly { extensions?: { code: string } }[] }) =>
  errors.map(({ extensions }) => extensions?.code);

describe('create', () => {
  test('returns numeric ids as strings, and a ref equal to the username', async () => {
    const { status, data } = await client.create(jane);
    expect(status).toBe(200);
    expect(data).toEqual({ createCustomer: { id: '101', ref: 'jane', username: 'jane' } });
    expect(twin.customers()).toMatchObject([
      { id: '101', status: 'ACTIVE', retailer: { id: '1' }, attributes: [] },
    ]);
  });

  test('also accepts the retailer id as a number', async () => {
    await client.create({ ...jane, retailer: { id: 2 } });
    expect(twin.customers()[0]?.retailer.id).toBe('2');
  });

  test('rejects a username that exists with C0123E, HTTP 200 and null data', async () => {
    await client.create(jane);
    const answer = await client.create({ ...jane, primaryEmail: 'other@example.com', retailer: { id: '2' } });
    expect(answer).toMatchObject({ status: 200, data: { createCustomer: null } });
    expect(answer.errors).toMatchObject([{ path: ['createCustomer'], extensions: { code: 'C0123E' } }]);
    expect(twin.customers()).toHaveLength(1);
  });

  test('rejects an unknown retailer with C0120E', async () => {
    expect(codes(await client.create({ ...jane, retailer: { id: '9' } }))).toEqual(['C0120E']);
  });

  test.each(['username', 'primaryEmail', 'promotionOptIn', 'retailer'])(
    'rejects a missing %s with C0140E',
    async (field) => {
      const { [field as 'username']: _, ...rest } = jane;
      const answer = await client.create(rest);
      expect(answer.status).toBe(200);
      expect(codes(answer)).toEqual(['C0140E']);
      expect(twin.customers()).toEqual([]);
    },
  );

  test('rejects a missing required value in an inline input', async () => {
    const answer = await client.graphql('mutation { createCustomer(input: { username: "x" }) { id } }');
    expect(new Set(codes(answer))).toEqual(new Set(['C0140E']));
  });

  test('answers an unknown input field as a plain GraphQL error', async () => {
    const answer = await client.create({ ...jane, phone: '1' });
    expect(answer.status).toBe(200);
    expect(codes(answer)).toEqual([undefined]);
    expect(twin.customers()).toEqual([]);
  });

  test.each([
    ['username', 250],
    ['primaryEmail', 250],
    ['firstName', 50],
    ['lastName', 50],
    ['title', 50],
    ['primaryPhone', 20],
    ['country', 100],
    ['timezone', 32],
    ['department', 255],
  ])('accepts a %s of %i characters, but not of one more', async (field, most) => {
    expect((await client.create({ ...jane, [field]: 'x'.repeat(most) })).errors).toEqual([]);
    const tooLong = { ...jane, username: 'second', [field]: 'x'.repeat(most + 1) };
    expect(codes(await client.create(tooLong))).toEqual(['C0141E']);
  });

  test('keeps the last of two attributes with one name', async () => {
    const attributes = [
      { name: 'a', type: 'STRING', value: 'first' },
      { name: 'a', type: 'JSON', value: { deep: [1, null] } },
    ];
    await client.create({ ...jane, attributes });
    expect(twin.customers()[0]?.attributes).toEqual([
      { name: 'a', type: 'JSON', value: { deep: [1, null] } },
    ]);
  });

  test('lets each aliased mutation fail on its own', async () => {
    const answer = await client.graphql(
      `mutation ($a: CreateCustomerInput!, $b: CreateCustomerInput!) {
        one: createCustomer(input: $a) { id }
        two: createCustomer(input: $a) { id }
        three: createCustomer(input: $b) { id }
      }`,
      { a: jane, b: { ...jane, username: 'john' } },
    );
    expect(answer.data).toEqual({ one: { id: '101' }, two: null, three: { id: '102' } });
    expect(answer.errors).toMatchObject([{ path: ['two'], extensions: { code: 'C0123E' } }]);
    expect(twin.calls().create).toBe(3);
  });
});

describe('update', () => {
  beforeEach(async () => {
    await client.create({
      ...jane,
      lastName: 'Doe',
      attributes: [{ name: 'a', type: 'STRING', value: '1' }],
    });
  });

  test('keeps omitted fields, sets null, and selects by username', async () => {
    const { data } = await client.update({ username: 'jane', firstName: 'Janet', lastName: null });
    expect(data).toEqual({ updateCustomer: { id: '101', ref: 'jane', username: 'jane' } });
    expect(twin.customers()[0]).toMatchObject({
      firstName: 'Janet',
      lastName: null,
      primaryEmail: 'jane@example.com',
    });
  });

  test('rejects null for a required field', async () => {
    expect(codes(await client.update({ username: 'jane', primaryEmail: null }))).toEqual(['C0140E']);
    expect(twin.customers()[0]?.primaryEmail).toBe('jane@example.com');
  });

  test('answers an unknown username with C0120E', async () => {
    const answer = await client.update({ username: 'nobody', firstName: 'x' });
    expect(answer).toMatchObject({ status: 200, data: { updateCustomer: null } });
    expect(codes(answer)).toEqual(['C0120E']);
  });

  test('merges attributes by name; an empty list changes nothing', async () => {
    await client.update({ username: 'jane', attributes: [{ name: 'b', type: 'INTEGER', value: 2 }] });
    await client.update({ username: 'jane', attributes: [{ name: 'a', type: 'JSON', value: [] }] });
    await client.update({ username: 'jane', attributes: [] });
    expect(twin.customers()[0]?.attributes).toEqual([
      { name: 'a', type: 'JSON', value: [] },
      { name: 'b', type: 'INTEGER', value: 2 },
    ]);
  });

  test.each(['retailer', 'status', 'department', 'ref'])('has no %s in its input', async (field) => {
    const answer = await client.update({
      username: 'jane',
      [field]: field === 'retailer' ? { id: '2' } : 'x',
    });
    expect(codes(answer)).toEqual([undefined]);
  });

  test('finds the customer by its new e-mail', async () => {
    await client.update({ username: 'jane', primaryEmail: 'new@example.com' });
    const search = (email: string) =>
      client.graphql(
        'query ($e: [String!]) { customers(primaryEmail: $e) { edges { node { username } } } }',
        { e: [email] },
      );
    expect((await search('jane@example.com')).data).toEqual({ customers: { edges: [] } });
    expect((await search('new@example.com')).data).toEqual({
      customers: { edges: [{ node: { username: 'jane' } }] },
    });
  });
});

describe('lookup', () => {
  test('returns null for an unknown username, without an error', async () => {
    const answer = await client.lookup('nobody');
    expect(answer).toMatchObject({ status: 200, data: { customer: null }, errors: [] });
  });

  test('is case-sensitive', async () => {
    await client.create(jane);
    expect((await client.lookup('JANE')).data).toEqual({ customer: null });
    expect((await client.create({ ...jane, username: 'JANE' })).errors).toEqual([]);
  });

  test('finds by id, sent as a number or a string', async () => {
    await client.create(jane);
    const byId = (id: unknown) =>
      client.graphql('query ($id: ID!) { customerById(id: $id) { username } }', { id });
    expect((await byId(101)).data).toEqual({ customerById: { username: 'jane' } });
    expect((await byId('101')).data).toEqual({ customerById: { username: 'jane' } });
    expect((await byId('7')).data).toEqual({ customerById: null });
  });

  test('finds retailers', async () => {
    const { data } = await client.graphql(
      '{ a: retailerById(id: 2) { id ref } b: retailer(ref: "RETAILER_9") { id } }',
    );
    expect(data).toEqual({ a: { id: '2', ref: 'RETAILER_2' }, b: null });
  });
});

describe('customers', () => {
  beforeEach(async () => {
    for (let index = 1; index <= 12; index += 1) {
      await client.create({
        ...jane,
        username: `user_${index}`,
        primaryEmail: `user${index}@example.com`,
        promotionOptIn: index % 2 === 0,
        country: index > 6 ? 'DE' : 'NL',
      });
    }
  });

  async function search(parameters: string) {
    const { data } = await client.graphql(
      `{ customers${parameters} { edges { cursor node { username } } pageInfo { hasPreviousPage hasNextPage } } }`,
    );
    const { edges, pageInfo } = (data as unknown as SearchAnswer).customers;
    return {
      names: edges.map(({ node }) => node.username),
      cursors: edges.map(({ cursor }) => cursor),
      ...pageInfo,
    };
  }
  interface SearchAnswer {
    customers: {
      edges: { cursor: string; node: { username: string } }[];
      pageInfo: { hasPreviousPage: boolean; hasNextPage: boolean };
    };
  }

  test('pages by ten, then by the last cursor', async () => {
    const first = await search('');
    expect(first.names).toHaveLength(10);
    expect(first).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const second = await search(`(after: "${first.cursors.at(-1)}")`);
    expect(second).toMatchObject({
      names: ['user_11', 'user_12'],
      hasNextPage: false,
      hasPreviousPage: true,
    });
  });

  test('pages backwards', async () => {
    const last = await search('(last: 2)');
    expect(last).toMatchObject({ names: ['user_11', 'user_12'], hasPreviousPage: true, hasNextPage: false });
    const before = await search(`(last: 2, before: "${last.cursors[0]}")`);
    expect(before).toMatchObject({ names: ['user_9', 'user_10'], hasNextPage: true });
  });

  test('never returns more than the maximum', async () => {
    twin.switches.maxPageSize = 3;
    expect((await search('(first: 100)')).names).toHaveLength(3);
  });

  test.each([
    ['(ref: ["user_1"])', ['user_1']],
    ['(username: ["user_1", "user_2"])', ['user_1', 'user_2']],
    ['(ref: ["user_1%"])', ['user_1', 'user_10', 'user_11', 'user_12']],
    ['(ref: ["%_12"])', ['user_12']],
    ['(primaryEmail: ["user3@example.com"])', ['user_3']],
    ['(primaryEmail: ["USER3@example.com"])', []],
    ['(country: ["DE"], promotionOptIn: [true])', ['user_8', 'user_10', 'user_12']],
    ['(createdOn: { from: "2000-01-01T00:00:00.000Z", to: "2001-01-01T00:00:00.000Z" })', []],
    ['(first: 1, updatedOn: { from: "2000-01-01T00:00:00.000Z" })', ['user_1']],
  ])('filters by %s', async (parameters, names) => {
    expect((await search(parameters)).names).toEqual(names);
  });
});

describe('switches', () => {
  test('duplicateUsername changes the code', async () => {
    twin.switches.duplicateUsername = 'C0999E';
    await client.create(jane);
    expect(codes(await client.create(jane))).toEqual(['C0999E']);
  });

  test('statusOfErrors answers HTTP 400', async () => {
    twin.switches.statusOfErrors = 400;
    expect((await client.update({ username: 'nobody' })).status).toBe(400);
    expect((await client.create({ ...jane, unknown: 1 })).status).toBe(400);
    expect((await client.lookup('nobody')).status).toBe(200);
  });

  test('errorCodeIn puts the code into the message only', async () => {
    twin.switches.errorCodeIn = 'message';
    const { errors } = await client.update({ username: 'nobody' });
    expect(errors[0]?.extensions).toBeUndefined();
    expect(errors[0]?.message).toMatch(/^C0120E: /);
  });

  test('updateOfUnknown returns null data', async () => {
    twin.switches.updateOfUnknown = 'null';
    expect(await client.update({ username: 'nobody' })).toMatchObject({
      data: { updateCustomer: null },
      errors: [],
    });
  });

  test('lookupOfUnknown returns an error', async () => {
    twin.switches.lookupOfUnknown = 'C0120E';
    expect(codes(await client.lookup('nobody'))).toEqual(['C0120E']);
  });

  test('schema2022 requires firstName and timezone on create', async () => {
    twin.switches.schema2022 = true;
    expect(codes(await client.create(jane))).toEqual(['C0140E']);
    expect((await client.create({ ...jane, timezone: 'UTC' })).errors).toEqual([]);
  });

  test('nullOnUpdate ignores or rejects null', async () => {
    await client.create(jane);
    twin.switches.nullOnUpdate = 'ignore';
    await client.update({ username: 'jane', firstName: null });
    expect(twin.customers()[0]?.firstName).toBe('Jane');
    twin.switches.nullOnUpdate = 'reject';
    expect(codes(await client.update({ username: 'jane', firstName: null }))).toEqual(['C0140E']);
  });

  test('attributes replaces all of them', async () => {
    twin.switches.attributes = 'replace';
    await client.create({ ...jane, attributes: [{ name: 'a', type: 'STRING', value: '1' }] });
    await client.update({ username: 'jane', attributes: [{ name: 'b', type: 'STRING', value: '2' }] });
    expect(twin.customers()[0]?.attributes.map(({ name }) => name)).toEqual(['b']);
  });

  test('usernameCase ignores case', async () => {
    twin.switches.usernameCase = 'insensitive';
    await client.create(jane);
    expect((await client.lookup('JANE')).data).toMatchObject({ customer: { username: 'jane' } });
    expect(codes(await client.create({ ...jane, username: 'Jane' }))).toEqual(['C0123E']);
  });

  test('uniqueWithin and searchWithin the retailer', async () => {
    twin.switches.uniqueWithin = 'retailer';
    twin.switches.searchWithin = 'retailer';
    await client.create({ ...jane, firstName: 'Second', retailer: { id: '2' } });
    expect((await client.lookup('jane')).data).toEqual({ customer: null });
    expect((await client.create(jane)).errors).toEqual([]);
    expect((await client.lookup('jane')).data).toMatchObject({ customer: { firstName: 'Jane' } });
    expect(codes(await client.create(jane))).toEqual(['C0123E']);
  });

  test.each([
    ['utf16', 25, 26],
    ['codePoints', 50, 51],
    ['bytes', 12, 13],
  ] as const)('lengthUnit %s accepts %i emoji', async (unit, most, tooMany) => {
    twin.switches.lengthUnit = unit;
    expect((await client.create({ ...jane, firstName: '😀'.repeat(most) })).errors).toEqual([]);
    expect(codes(await client.update({ username: 'jane', firstName: '😀'.repeat(tooMany) }))).toEqual([
      'C0141E',
    ]);
  });

  test('permissions: C0020E names the missing one', async () => {
    twin.switches.permissions = ['CUSTOMER_VIEW'];
    const { errors, status } = await client.create(jane);
    expect(status).toBe(200);
    expect(errors[0]).toMatchObject({
      extensions: { code: 'C0020E' },
      message: expect.stringContaining('CUSTOMER_CREATE'),
    });
    expect(codes(await client.update(jane))).not.toEqual([]);
    expect(twin.customers()).toEqual([]);
  });

  test('permissions: reading the retailer requires RETAILER_VIEW', async () => {
    await client.create(jane);
    twin.switches.permissions = ['CUSTOMER_VIEW'];
    const answer = await client.graphql('{ customer(ref: "jane") { username retailer { id } } }');
    expect(answer.data).toEqual({ customer: { username: 'jane', retailer: null } });
    expect(codes(answer)).toEqual(['C0020E']);
  });

  test.each([401, 403] as const)('permissionDenied answers HTTP %i', async (status) => {
    twin.switches.permissions = [];
    twin.switches.permissionDenied = status;
    expect((await client.create(jane)).status).toBe(status);
    expect((await client.lookup('jane')).status).toBe(status);
  });

  test('accountHeaderRequired rejects requests without the header', async () => {
    twin.switches.accountHeaderRequired = true;
    expect((await client.lookup('x')).status).toBe(403);
    expect(
      (await client.graphql('{ customer(ref: "x") { id } }', {}, { 'fluent.account': 'ACME' })).status,
    ).toBe(200);
    expect(
      (await client.graphql('{ customer(ref: "x") { id } }', {}, { 'fluent.account': 'OTHER' })).status,
    ).toBe(403);
  });
});
