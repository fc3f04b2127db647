import { createHash } from 'node:crypto';
import type { CustomerUpdateAction } from '@commercetools/platform-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ChangeGenerator } from '../src/commercetools/change-generator.ts';
import { CustomerGenerator } from '../src/commercetools/customer-generator.ts';
import { demoProject } from '../src/commercetools/demo-project.ts';
import { sunrise } from '../src/commercetools/sunrise.ts';
import { type CommercetoolsTwin, startCommercetoolsTwin } from '../src/commercetools/twin.ts';
import { createRandom } from '../src/random.ts';
import {
  changeCustomer,
  createCustomer,
  projectKey,
  RecordingBus,
  type Sdk,
  sdk,
} from './commercetools-client.ts';

let twin: CommercetoolsTwin;
let shop: Sdk;

beforeAll(async () => {
  twin = await startCommercetoolsTwin({ projectKey, bus: new RecordingBus() });
  shop = sdk(twin.connection('admin'));
});
afterAll(() => twin.stop());
beforeEach(async () => {
  await twin.reset();
  await twin.seed(demoProject);
});

describe('create', () => {
  test('keeps every field of the draft, and the case of the e-mail', async () => {
    const draft = {
      key: 'c-1',
      customerNumber: '1',
      externalId: 'crm-1',
      email: 'Jane.Doe@Example.com',
      password: 'secret-password',
      firstName: 'Jane',
      lastName: 'Doe',
      middleName: 'Q',
      title: 'Dr.',
      salutation: 'Ms.',
      dateOfBirth: '1990-01-02',
      companyName: 'Acme',
      vatId: 'DE1',
      locale: 'de-DE',
      isEmailVerified: true,
    };
    const customer = await createCustomer(shop, {
      ...draft,
      customerGroup: { typeId: 'customer-group', key: 'vip' },
      customerGroupAssignments: [{ customerGroup: { typeId: 'customer-group', key: 'staff' } }],
      stores: [{ typeId: 'store', key: 'berlin' }],
      custom: { type: { typeId: 'type', key: 'customer-consent' }, fields: { marketingConsent: true } },
      addresses: [
        { country: 'DE', city: 'Berlin' },
        { country: 'NL', phone: '1' },
      ],
      defaultShippingAddress: 1,
      billingAddresses: [0],
    });
    const { password: _, ...rest } = draft;
    expect(customer).toMatchObject({
      ...rest,
      version: 1,
      authenticationMode: 'Password',
      customerGroup: { typeId: 'customer-group', id: expect.any(String) },
      customerGroupAssignments: [{ customerGroup: { id: expect.any(String) } }],
      stores: [{ typeId: 'store', key: 'berlin' }],
      custom: { fields: { marketingConsent: true } },
      defaultShippingAddressId: customer.addresses[1]?.id,
      shippingAddressIds: [customer.addresses[1]?.id],
      billingAddressIds: [customer.addresses[0]?.id],
      lastModifiedBy: { clientId: 'twin-admin' },
    });
    expect(customer.password).toMatch(/^\*{4}/);
    expect(customer.password).not.toContain('secret');
    expect(customer).not.toHaveProperty('lowercaseEmail');
  });

  test('rejects a missing e-mail with 400, not 500', async () => {
    await expect(createCustomer(shop, { firstName: 'x' } as never)).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  test('rejects an e-mail or key that exists with DuplicateField, ignoring case', async () => {
    await createCustomer(shop, { email: 'jane@example.com', key: 'jane' });
    await expect(createCustomer(shop, { email: 'JANE@example.com' })).rejects.toMatchObject({
      statusCode: 400,
      body: { errors: [{ code: 'DuplicateField', field: 'email' }] },
    });
    await expect(createCustomer(shop, { email: 'other@example.com', key: 'jane' })).rejects.toMatchObject({
      body: { errors: [{ code: 'DuplicateField', field: 'key' }] },
    });
  });

  test('allows the same e-mail once per store', async () => {
    const inStore = (key: string) =>
      createCustomer(shop, { email: 'jane@example.com', stores: [{ typeId: 'store', key }] });
    await inStore('berlin');
    await inStore('london');
    await expect(inStore('berlin')).rejects.toMatchObject({ statusCode: 400 });
    expect(twin.customers()).toHaveLength(2);
  });

  test('rejects a reference to a missing resource with 400', async () => {
    const customerGroup = { typeId: 'customer-group' as const, key: 'nobody' };
    await expect(createCustomer(shop, { email: 'a@example.com', customerGroup })).rejects.toMatchObject({
      body: { errors: [{ code: 'ReferencedResourceNotFound' }] },
    });
  });
});

describe('update', () => {
  const create = () =>
    createCustomer(shop, {
      email: 'jane@example.com',
      isEmailVerified: true,
      addresses: [{ country: 'DE' }, { country: 'NL' }],
      defaultShippingAddress: 0,
      defaultBillingAddress: 0,
    });

  test('increments the version once per action that changes something', async () => {
    const customer = await create();
    const updated = await changeCustomer(shop, customer, [
      { action: 'setFirstName', firstName: 'Jane' },
      { action: 'setFirstName', firstName: 'Jane' },
      { action: 'setVatId', vatId: 'DE1' },
    ]);
    expect(updated).toMatchObject({ version: 3, firstName: 'Jane', vatId: 'DE1' });
  });

  test.each<CustomerUpdateAction>([
    { action: 'setLastName' },
    { action: 'setLocale' },
    { action: 'setDateOfBirth' },
    { action: 'changeEmail', email: 'jane@example.com' },
    { action: 'setStores', stores: [] },
    { action: 'setCustomType' },
    { action: 'setCustomerGroup' },
  ])('%o on an empty field changes nothing', async (action) => {
    const customer = await create();
    expect(await changeCustomer(shop, customer, [action])).toEqual(customer);
  });

  test('rejects a stale version with 409 and the current version, even if nothing would change', async () => {
    const customer = await create();
    await changeCustomer(shop, customer, [{ action: 'setFirstName', firstName: 'Jane' }]);
    for (const firstName of ['Jane', 'Janet']) {
      await expect(
        changeCustomer(shop, customer, [{ action: 'setFirstName', firstName }]),
      ).rejects.toMatchObject({
        statusCode: 409,
        body: { errors: [{ code: 'ConcurrentModification', currentVersion: 2 }] },
      });
    }
  });

  test('accepts one of two concurrent updates', async () => {
    const customer = await create();
    const updates = ['A', 'B', 'C'].map((firstName) =>
      changeCustomer(shop, customer, [
        { action: 'setFirstName', firstName },
        { action: 'setStores', stores: [{ typeId: 'store', key: 'berlin' }] },
      ]),
    );
    const results = await Promise.allSettled(updates);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(twin.customers()[0]?.version).toBe(3);
  });

  test('changeEmail keeps the case and resets isEmailVerified', async () => {
    const customer = await create();
    const updated = await changeCustomer(shop, customer, [
      { action: 'changeEmail', email: 'New.Jane@Example.com' },
    ]);
    expect(updated).toMatchObject({ email: 'New.Jane@Example.com', isEmailVerified: false });
    await createCustomer(shop, { email: 'jane@example.com' });
    await expect(
      changeCustomer(shop, updated, [{ action: 'changeEmail', email: 'JANE@example.com' }]),
    ).rejects.toMatchObject({
      body: { errors: [{ code: 'DuplicateField' }] },
    });
  });

  test('stores can be set, added and removed', async () => {
    const store = (key: string) => ({ typeId: 'store' as const, key });
    const set = await changeCustomer(shop, await create(), [
      { action: 'setStores', stores: [store('berlin'), store('paris')] },
    ]);
    const added = await changeCustomer(shop, set, [
      { action: 'addStore', store: store('london') },
      { action: 'addStore', store: store('london') },
    ]);
    const removed = await changeCustomer(shop, added, [{ action: 'removeStore', store: store('berlin') }]);
    expect(removed.stores.map(({ key }) => key)).toEqual(['paris', 'london']);
    expect(removed.version).toBe(4);
  });

  test('groups can be set, unset and assigned', async () => {
    const group = (key: string) => ({ typeId: 'customer-group' as const, key });
    const set = await changeCustomer(shop, await create(), [
      { action: 'setCustomerGroup', customerGroup: group('vip') },
      { action: 'addCustomerGroupAssignment', customerGroupAssignment: { customerGroup: group('staff') } },
      { action: 'addCustomerGroupAssignment', customerGroupAssignment: { customerGroup: group('vip') } },
    ]);
    expect(set.customerGroup?.id).toBeDefined();
    expect(set.customerGroupAssignments).toHaveLength(2);
    const unset = await changeCustomer(shop, set, [
      { action: 'setCustomerGroup' },
      { action: 'removeCustomerGroupAssignment', customerGroup: group('staff') },
    ]);
    expect(unset).not.toHaveProperty('customerGroup');
    expect(unset.customerGroupAssignments).toEqual([{ customerGroup: set.customerGroup }]);
  });

  test('default addresses can be unset, and are removed with their address', async () => {
    const customer = await create();
    const unset = await changeCustomer(shop, customer, [{ action: 'setDefaultShippingAddress' }]);
    expect(unset).not.toHaveProperty('defaultShippingAddressId');
    expect(unset.defaultBillingAddressId).toBe(customer.addresses[0]?.id);
    const addressId = customer.addresses[0]?.id ?? '';
    const removed = await changeCustomer(shop, unset, [{ action: 'removeAddress', addressId }]);
    expect(removed).not.toHaveProperty('defaultBillingAddressId');
    expect(removed.addresses).toHaveLength(1);
  });

  test('custom fields are set and removed, on customers and addresses', async () => {
    const customer = await create();
    const addressId = customer.addresses[0]?.id ?? '';
    const type = { typeId: 'type' as const, key: 'customer-consent' };
    const set = await changeCustomer(shop, customer, [
      { action: 'setCustomType', type, fields: { marketingConsent: true, loyaltyNumber: 'L' } },
      { action: 'setCustomField', name: 'loyaltyNumber' },
      { action: 'setAddressCustomType', addressId, type },
      { action: 'setAddressCustomField', addressId, name: 'loyaltyNumber', value: 'A' },
    ]);
    expect(set.custom?.fields).toEqual({ marketingConsent: true });
    expect(set.addresses[0]?.custom?.fields).toEqual({ loyaltyNumber: 'A' });
  });
});

describe('delete', () => {
  const remove = (id: string, version: number) =>
    shop.customers().withId({ ID: id }).delete({ queryArgs: { version } }).execute();

  test('checks the version and returns the last state', async () => {
    const customer = await createCustomer(shop, { email: 'jane@example.com', key: 'jane' });
    const updated = await changeCustomer(shop, customer, [{ action: 'setFirstName', firstName: 'Jane' }]);
    await expect(remove(customer.id, 1)).rejects.toMatchObject({ statusCode: 409 });
    await expect(remove(customer.id, undefined as never)).rejects.toMatchObject({ statusCode: 400 });
    expect((await remove(customer.id, 2)).body).toEqual(updated);
    await expect(remove(customer.id, 2)).rejects.toMatchObject({ statusCode: 404 });
  });

  test('works by key, and makes e-mail and key available again', async () => {
    await createCustomer(shop, { email: 'jane@example.com', key: 'jane' });
    await shop
      .customers()
      .withKey({ key: 'jane' })
      .delete({ queryArgs: { version: 1 } })
      .execute();
    const again = await createCustomer(shop, { email: 'jane@example.com', key: 'jane' });
    expect((await shop.customers().withKey({ key: 'jane' }).get().execute()).body.id).toBe(again.id);
  });
});

describe('query', () => {
  const id = (index: number) => {
    const hex = createHash('sha1').update(String(index)).digest('hex');
    return `${hex.slice(0, 8)}-0000-4000-8000-${hex.slice(8, 20)}`;
  };
  const seedMany = (count: number) =>
    twin.seed({
      customers: Array.from({ length: count }, (_, index) => ({
        id: id(index),
        email: `user${index}@example.com`,
        firstName: index % 3 === 0 ? 'Third' : 'Other',
        lastModifiedAt: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
      })),
    });
  type Get = ReturnType<Sdk['customers']>['get'];
  type QueryArgs = NonNullable<NonNullable<Parameters<Get>[0]>['queryArgs']>;
  const list = async (queryArgs: QueryArgs) => (await shop.customers().get({ queryArgs }).execute()).body;

  test.each([57, 257])('keyset paging returns each of %i customers once, in order of id', async (count) => {
    await seedMany(count);
    const seen: string[] = [];
    for (;;) {
      const last = seen.at(-1);
      const page = await list({
        sort: 'id asc',
        limit: 10,
        withTotal: false,
        ...(last ? { where: `id > "${last}"` } : {}),
      });
      seen.push(...page.results.map((customer) => customer.id));
      expect(page).not.toHaveProperty('total');
      if (page.count < 10) break;
    }
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => id(index)).sort());
  });

  test.each([
    { where: 'firstName = "Third" and id > :last', 'var.last': '' },
    { where: ['firstName = "Third"', 'id > "0"'] },
    { where: 'firstName = "Third"' },
    { where: '(firstName = "Third") and id > "0"' },
    { where: 'not(firstName = "Other") and id > "0"' },
  ])('%o evaluates the whole predicate', async (queryArgs) => {
    await seedMany(30);
    const page = await list({ ...queryArgs, sort: 'id asc', limit: 100 });
    expect(page.total).toBe(10);
    expect(page.results.every(({ firstName }) => firstName === 'Third')).toBe(true);
    expect(page.results.map((customer) => customer.id)).toEqual(
      page.results.map((customer) => customer.id).sort(),
    );
  });

  test('finds the page of a delta window that contains the keyset', async () => {
    await seedMany(30);
    const where = [
      'lastModifiedAt >= "2026-01-01T00:10:00.000Z"',
      'lastModifiedAt < "2026-01-01T00:20:00.000Z"',
      'id > "0"',
    ];
    expect((await list({ where, sort: 'id asc', limit: 500 })).count).toBe(10);
  });

  test('finds ids by list and by variable, and e-mails exactly', async () => {
    await seedMany(5);
    const wanted = [id(1), id(3)].sort();
    const ids = (page: { results: { id: string }[] }) => page.results.map((customer) => customer.id);
    expect(ids(await list({ where: `id in ("${id(3)}", "${id(1)}", "${id(99)}")` }))).toEqual(wanted);
    expect(ids(await list({ where: 'id in :ids', 'var.ids': wanted }))).toEqual(wanted);
    expect(ids(await list({ where: `id = "${id(1)}"` }))).toEqual([id(1)]);
    expect(ids(await list({ where: 'email = "user1@example.com"' }))).toEqual([id(1)]);
    expect(ids(await list({ where: 'email = "USER1@example.com"' }))).toEqual([]);
  });

  test('sorts by other fields, and pages by offset', async () => {
    await seedMany(12);
    const page = await list({ sort: 'lastModifiedAt desc', limit: 2, offset: 1 });
    expect(page.results.map(({ email }) => email)).toEqual(['user10@example.com', 'user9@example.com']);
    expect(page).toMatchObject({ limit: 2, offset: 1, count: 2, total: 12 });
  });

  test.each([
    { limit: 501 },
    { limit: -1 },
    { offset: 10_001 },
    { sort: 'shoeSize asc' },
    { sort: 'id upwards' },
    { where: 'id >' },
    { where: 'id >', withTotal: false },
  ])('rejects %o with 400', async (queryArgs) => {
    await expect(list(queryArgs)).rejects.toMatchObject({ statusCode: 400 });
  });

  test('accepts the minimum and maximum limit; 0 returns no customers', async () => {
    await seedMany(3);
    expect((await list({ limit: 500, offset: 10_000 })).count).toBe(0);
    expect((await list({ limit: 0 })).results).toEqual([]);
    expect((await list({ limit: 0, where: 'firstName = "Other"' })).results).toEqual([]);
    expect((await list({})).limit).toBe(20);
  });

  test('expands groups and types without changing the stored customer', async () => {
    await twin.seed({
      customers: [{ email: 'a@example.com', customerGroup: { typeId: 'customer-group', key: 'vip' } }],
    });
    const page = await list({ expand: ['customerGroup'] });
    expect(page.results[0]?.customerGroup?.obj?.key).toBe('vip');
    expect(twin.customers()[0]?.customerGroup).not.toHaveProperty('obj');
  });

  test('answers HEAD according to whether a customer exists', async () => {
    await twin.seed({ customers: [{ email: 'a@example.com', key: 'abc' }] });
    const head = (key: string) => shop.customers().withKey({ key }).head().execute();
    expect((await head('abc')).statusCode).toBe(200);
    await expect(head('nobody')).rejects.toMatchObject({ statusCode: 404 });
  });
});

describe('demo data', () => {
  test('loads sunrise with its address ids', async () => {
    await twin.seed(sunrise());
    const jane = (await shop.customers().withKey({ key: 'janeDoe' }).get().execute()).body;
    expect(jane).toMatchObject({
      version: 1,
      email: 'jane.doe@example.com',
      shippingAddressIds: ['PPM3YhMK'],
    });
    expect(jane.addresses.map((address) => address.id)).toEqual(['PPM3YhMK', 'kzVASZ9O']);
    const types = (await shop.types().withKey({ key: 'iOSUser' }).get().execute()).body;
    expect(types.resourceTypeIds).toEqual(['customer']);
  });

  test('generates the same customers for the same seed, with unique e-mails', () => {
    const take = (seed: number) => new CustomerGenerator(createRandom(seed)).take(300);
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
    expect(new Set(take(7).map(({ email }) => email.toLowerCase())).size).toBe(300);
  });

  test('generates the values that a mapping must handle', () => {
    const drafts = new CustomerGenerator(createRandom(1)).take(1_000);
    const some = (meets: (draft: (typeof drafts)[number]) => unknown) =>
      expect(drafts.some(meets)).toBe(true);
    some(({ addresses }) => !addresses);
    some(({ firstName }) => !firstName);
    some(({ firstName }) => (firstName?.length ?? 0) > 50);
    some(({ firstName }) => /\p{Emoji_Presentation}/u.test(firstName ?? ''));
    some(({ lastName }) => /\p{Script=Han}/u.test(lastName ?? ''));
    some(({ lastName }) => /\p{Script=Arabic}|\p{Script=Hebrew}/u.test(lastName ?? ''));
    some(({ email }) => email !== email.toLowerCase());
    some(({ custom }) => custom?.fields?.['marketingConsent'] === true);
    some(({ custom }) => custom?.fields?.['marketingConsent'] === false);
    some(({ addresses }) => addresses?.some(({ phone }) => (phone?.length ?? 0) > 20));
    some(
      ({ defaultShippingAddress, defaultBillingAddress }) =>
        defaultBillingAddress !== undefined && defaultShippingAddress === undefined,
    );
  });

  test('generates customers and changes that the API accepts', async () => {
    const random = createRandom(3);
    const drafts = new CustomerGenerator(random).take(60);
    const changes = new ChangeGenerator(random);
    const kinds = new Set<string>();
    for (const draft of drafts) {
      let customer = await createCustomer(shop, draft);
      for (let round = 0; round < 3; round += 1) {
        const { kind, actions } = changes.next(customer);
        kinds.add(kind);
        customer = await changeCustomer(shop, customer, actions);
      }
    }
    expect(kinds.size).toBe(13);
  });
});
