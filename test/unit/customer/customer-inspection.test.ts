import { describe, expect, test } from 'vitest';
import { customerInspection } from '../../../lambdas/handlers/customer/inspection.ts';
import { toFluentCustomer } from '../../../lambdas/handlers/customer/mapper.ts';
import { customer } from '../../../lambdas/handlers/customer/schema.ts';
import { customerSettings } from '../../../lambdas/handlers/customer/settings.ts';
import type { KnownRecord } from '../../../lambdas/runtime/resource/resource-definition.ts';
import { fullCustomer } from '../../builders/customer.ts';
import { idOf, someId } from '../../builders/notification.ts';
import { createMemoryCommercetools } from '../../fakes/memory-commercetools-reader.ts';
import { createMemoryFluent } from '../../fakes/memory-fluent-writer.ts';

const marks = (values: Record<string, unknown>) =>
  Object.entries(values).map(([name, value]) => ({ name, type: 'STRING', value }));

function bench(usernameStrategy = 'customerId') {
  const fluent = createMemoryFluent();
  const settings = customerSettings.parse({ retailerId: '1', usernameStrategy });
  const { model } = toFluentCustomer(customer.parse(fullCustomer()), { settings, projectKey: 'local' });
  const services = { fluent, commercetools: createMemoryCommercetools() };
  const context = { services, settings, projectKey: 'local' };
  return {
    put: (username: string, attributes: Record<string, unknown>) =>
      fluent.customers.set(username, {
        username,
        primaryEmail: 'x@example.com',
        promotionOptIn: true,
        retailer: { id: '1' },
        attributes: marks(attributes),
      }),
    tried: () => fluent.calls.map(({ username }) => username),
    find: async (known: Partial<KnownRecord> = {}, withModel = true) =>
      customerInspection.find(
        withModel ? model : undefined,
        { id: someId, isConfirmed: false, isExact: true, ...known },
        context,
      ),
    list: () => customerInspection.list({}, context),
  };
}

describe('a customer is found in Fluent', () => {
  test('under its remembered username first, then under those that it could have', async () => {
    const { find, put, tried } = bench('email');
    put('jane.doe@example.com', { commercetoolsId: someId });
    expect(await find({ ref: 'old' })).toMatchObject({ ref: 'jane.doe@example.com', markedAs: someId });
    expect(tried()).toEqual(['old', 'jane.doe@example.com']);
  });

  test('under no username if nothing gives one', async () => {
    const { find, tried } = bench('email');
    expect(await find({}, false)).toBeUndefined();
    expect(tried()).toEqual([]);
    const byId = bench();
    expect(await byId.find({}, false)).toBeUndefined();
    expect(byId.tried()).toEqual([someId]);
  });

  test.each<[boolean, string, Record<string, unknown>, Partial<KnownRecord>]>([
    [true, 'marked as it', { commercetoolsId: someId }, {}],
    [false, 'marked as another one', { commercetoolsId: idOf(2) }, { ref: someId, isConfirmed: true }],
    [true, 'without a mark where we wrote', {}, { ref: someId, isConfirmed: true }],
    [false, 'without a mark where we never wrote', {}, { ref: someId }],
    [false, 'without a mark under another name than we wrote to', {}, { ref: 'old', isConfirmed: true }],
    [false, 'without a mark and without a sync record', {}, {}],
  ])('%s: %s', async (isFound, _what, attributes, known) => {
    const { find, put } = bench();
    put(someId, attributes);
    expect((await find(known)) !== undefined).toBe(isFound);
  });

  test('with its mark and its version, if they are valid', async () => {
    const { find, put } = bench();
    put(someId, { commercetoolsId: someId, commercetoolsVersion: '7' });
    expect(await find()).toMatchObject({ ref: someId, markedAs: someId, version: 7 });
    put(someId, { commercetoolsVersion: 'x' });
    const bare = await find({ ref: someId, isConfirmed: true });
    expect(bare).not.toHaveProperty('markedAs');
    expect(bare).not.toHaveProperty('version');
  });
});

describe('the customers of Fluent', () => {
  test('are listed if they belong to this project, carry an id and were not removed', async () => {
    const { put, list } = bench();
    const ours = { commercetoolsId: idOf(1), commercetoolsProjectKey: 'local' };
    put('a', ours);
    put('b', { ...ours, syncStatus: 'DELETED' });
    put('c', { ...ours, commercetoolsProjectKey: 'other' });
    put('d', { ...ours, commercetoolsId: 7 });
    put('e', { commercetoolsProjectKey: 'local' });
    const page = await list();
    expect(page.records).toEqual([{ id: idOf(1), ref: 'a' }]);
    expect(page).not.toHaveProperty('next');
  });
});
