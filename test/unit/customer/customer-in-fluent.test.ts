import { describe, expect, test } from 'vitest';
import { filledNames, withClearedFields } from '../../../lambdas/handlers/customer/cleared-fields.ts';
import { toFluentCustomer } from '../../../lambdas/handlers/customer/mapper.ts';
import { removeCustomer } from '../../../lambdas/handlers/customer/remove.ts';
import { customer } from '../../../lambdas/handlers/customer/schema.ts';
import { customerSettings } from '../../../lambdas/handlers/customer/settings.ts';
import { cut, filled, firstFilled, limiter, phoneNumber } from '../../../lambdas/handlers/customer/text.ts';
import { upsertCustomer } from '../../../lambdas/handlers/customer/upsert.ts';
import type { Known, Warning } from '../../../lambdas/runtime/resource/resource-definition.ts';
import { bareCustomer, fullCustomer } from '../../builders/customer.ts';
import { someId } from '../../builders/notification.ts';
import { createMemoryCommercetools } from '../../fakes/memory-commercetools-reader.ts';
import { createMemoryFluent, type MemoryFluentCustomer } from '../../fakes/memory-fluent-writer.ts';

type Settings = Record<string, unknown>;
const parse = (settings: Settings) => customerSettings.parse({ retailerId: '1', ...settings });
const model = (settings: Settings = {}, source: object = fullCustomer()) =>
  toFluentCustomer(customer.parse(source), { settings: parse(settings), projectKey: 'local' }).model;

function bench(settings: Settings = {}, over: Partial<Known> = {}) {
  const fluent = createMemoryFluent();
  const reserved: string[] = [];
  const known: Known = {
    id: someId,
    isConfirmed: false,
    isExact: true,
    reserve: async (key) => void reserved.push(key),
    ...over,
  };
  const services = { fluent, commercetools: createMemoryCommercetools() };
  const context = { services, settings: parse(settings), projectKey: 'local' };
  return {
    fluent,
    reserved,
    calls: () => fluent.calls.map(({ call, username }) => `${call} ${username}`.trim()),
    put: (username: string, put: Partial<MemoryFluentCustomer> = {}) =>
      fluent.customers.set(username, {
        username,
        primaryEmail: 'x@example.com',
        promotionOptIn: true,
        retailer: { id: '1' },
        attributes: [],
        ...put,
      }),
    upsert: (source: object = fullCustomer()) => upsertCustomer(model(settings, source), known, context),
    remove: (erase = false) =>
      removeCustomer({ erase, at: new Date('2026-11-20T12:00:00Z') }, known, context),
  };
}
const mark = (id: string = someId, name = 'commercetoolsId') => [{ name, type: 'STRING', value: id }];
const email = 'jane.doe@example.com';
const anonymous = {
  primaryEmail: `${someId}@deleted.invalid`,
  firstName: 'Deleted',
  lastName: 'Deleted',
  title: '-',
  primaryPhone: '-',
  country: '-',
  timezone: 'UTC',
  promotionOptIn: false,
};

describe('an upsert', () => {
  test('of an unknown customer looks it up and creates it', async () => {
    const { upsert, calls, reserved } = bench();
    expect(await upsert()).toMatchObject({ action: 'created', ref: someId, warnings: [] });
    expect(calls()).toEqual([`findByUsername ${someId}`, `create ${someId}`]);
    expect(reserved).toEqual([]);
  });

  test('of a confirmed customer makes one call, under its remembered username', async () => {
    const { upsert, calls, put } = bench({}, { isConfirmed: true, ref: 'remembered' });
    put('remembered');
    expect(await upsert()).toMatchObject({ action: 'updated', ref: 'remembered' });
    expect(calls()).toEqual(['update remembered']);
  });

  test('of a customer that is only reserved begins with a lookup', async () => {
    const { upsert, calls } = bench({}, { ref: 'reserved' });
    expect(await upsert()).toMatchObject({ action: 'created', ref: 'reserved' });
    expect(calls()[0]).toBe('findByUsername reserved');
  });

  test('of a confirmed customer without a remembered username begins with a lookup', async () => {
    const { upsert, calls } = bench({}, { isConfirmed: true });
    await upsert();
    expect(calls()).toEqual([`findByUsername ${someId}`, `create ${someId}`]);
  });

  test.each([
    ['email', email],
    ['retailerId_email', `1_${email}`],
  ])(
    'by %s reserves the username before the create, after a search by e-mail',
    async (usernameStrategy, name) => {
      const { upsert, calls, reserved } = bench({ usernameStrategy });
      await upsert();
      expect(reserved).toEqual([name]);
      expect(calls()).toEqual([`findByUsername ${name}`, 'findByEmail', `create ${name}`]);
    },
  );

  test('of a confirmed customer by e-mail does not search for other records', async () => {
    const { upsert, calls } = bench({ usernameStrategy: 'email' }, { isConfirmed: true });
    await upsert();
    expect(calls()).toEqual([`findByUsername ${email}`, `create ${email}`]);
  });

  test('by e-mail updates the record under an older e-mail only if it carries our mark', async () => {
    const { upsert, put, reserved } = bench({ usernameStrategy: 'email' });
    put('another', { primaryEmail: 'Jane.Doe@example.com', attributes: mark('another') });
    put('older', { primaryEmail: 'Jane.Doe@example.com', attributes: mark() });
    expect(await upsert()).toMatchObject({ action: 'updated', ref: 'older' });
    expect(reserved).toEqual(['older']);
  });

  test('by retailer and id finds the customer under other retailers, with one lookup each', async () => {
    const settings = {
      usernameStrategy: 'retailerId_customerId',
      retailerByStore: { a: '2' },
      retailerByCountry: { XX: '3', YY: '2' },
    };
    const one = bench(settings);
    one.put(`2_${someId}`, { attributes: mark('another') });
    one.put(`3_${someId}`, { attributes: mark(), retailer: { id: '3' } });
    expect(await one.upsert()).toMatchObject({ action: 'updated', ref: `3_${someId}` });
    expect(one.calls().slice(0, 3)).toEqual([1, 2, 3].map((n) => `findByUsername ${n}_${someId}`));
    expect(one.reserved).toEqual([`3_${someId}`]);
    const alone = bench({ usernameStrategy: 'retailerId_customerId' });
    await alone.upsert();
    expect(alone.calls()).toEqual([`findByUsername 1_${someId}`, `create 1_${someId}`]);
    expect(alone.reserved).toEqual([]);
  });

  test.each([
    ['without a mark fails by default', {}, [], '1', 'IDENTITY_CONFLICT'],
    ['without a mark adopts it if the settings allow it', { adoptExisting: true }, [], '1', 'adopted'],
    ['without a mark, by e-mail, adopts it by default', { usernameStrategy: 'email' }, [], '1', 'adopted'],
    [
      'without a mark, by e-mail, fails if the settings forbid it',
      { usernameStrategy: 'email', adoptExisting: false },
      [],
      '1',
      'IDENTITY_CONFLICT',
    ],
    ['with another mark always fails', { adoptExisting: true }, mark('another'), '1', 'IDENTITY_CONFLICT'],
    ['of another retailer always fails', { adoptExisting: true }, [], '2', 'RETAILER_CONFLICT'],
    ['of another retailer, but ours, updates it', {}, mark(), '2', 'updated'],
    ['with a mark under another prefix fails', { attributePrefix: 'ct_' }, mark(), '1', 'IDENTITY_CONFLICT'],
    [
      'with a mark under the prefix updates it',
      { attributePrefix: 'ct_' },
      mark(someId, 'ct_commercetoolsId'),
      '1',
      'updated',
    ],
  ])('that finds a record %s', async (_what, settings, attributes, retailer, end) => {
    const { upsert, put } = bench(settings);
    put('usernameStrategy' in settings ? email : someId, { attributes, retailer: { id: retailer } });
    const done = await upsert().catch(
      (error: { failureClass: string; code: string; message: string }) => error,
    );
    if (!('code' in done)) return expect(done.action).toBe(end);
    expect(done).toMatchObject({ failureClass: 'permanent', code: end });
    expect(done.message).toBe(
      'The Fluent customer with this username belongs to another customer, system or retailer.',
    );
  });

  test('that finds a record without a retailer adopts it', async () => {
    const { upsert, fluent } = bench({ adoptExisting: true });
    fluent.findByUsername = async (username) => ({ username, fields: {}, attributes: [] });
    fluent.update = async () => 'updated';
    expect(await upsert()).toMatchObject({ action: 'adopted' });
  });

  test('whose create reports a duplicate updates the existing record', async () => {
    const { upsert, fluent, put } = bench();
    fluent.create = async () => {
      put(someId, { attributes: mark() });
      return 'duplicate';
    };
    expect(await upsert()).toMatchObject({ action: 'updated', ref: someId });
  });

  test.each([
    ['a create says "taken" and the lookup finds nothing', { create: async () => 'duplicate' as const }],
    ['the lookup finds it and the update does not', { update: async () => 'unknown' as const }],
  ])('is retried when %s', async (what, over) => {
    const { upsert, fluent, put } = bench();
    if (what.startsWith('the lookup')) put(someId, { attributes: mark() });
    Object.assign(fluent, over);
    await expect(upsert()).rejects.toMatchObject({
      failureClass: 'retry',
      code: 'FLUENT_LOOKUP_AND_WRITE_DISAGREE',
      message: 'A lookup in Fluent and the write after it disagree about whether the customer exists.',
    });
  });
});

describe('a field that was emptied', () => {
  const bare = (settings: Settings) => model(settings, bareCustomer({ firstName: 'Jane' }));
  const filledBefore = { filled: ['firstName', 'title', 'companyName', 'commercetoolsVersion', 7] };
  const clear = (settings: Settings, known: Parameters<typeof withClearedFields>[1]) => {
    const { update, warnings } = withClearedFields(bare(settings), known, parse(settings));
    const added = update.attributes.slice(bare(settings).update.attributes.length);
    return { title: update.title, lastName: update.lastName, firstName: update.firstName, added, warnings };
  };
  const kept = { title: undefined, lastName: undefined, firstName: 'Jane', added: [] };

  test('is kept with a warning by default', () => {
    expect(clear({}, { customs: filledBefore, isExact: true })).toEqual({
      ...kept,
      warnings: [
        { code: 'CLEARED_FIELD_KEPT', field: 'title' },
        { code: 'CLEARED_FIELD_KEPT', field: 'companyName' },
      ],
    });
  });

  test('is never the version, which depends on a setting', () => {
    const { warnings } = clear({ attributes: [] }, { customs: filledBefore, isExact: true });
    expect(warnings.map(({ field }) => field)).toEqual(['title', 'companyName']);
  });

  test('is cleared as a field or as an attribute', () => {
    const settings = { clearMode: 'null' };
    const { update } = withClearedFields(
      bare(settings),
      { customs: filledBefore, isExact: true },
      parse(settings),
    );
    expect(Object.keys(update).sort()).toEqual(['attributes', 'firstName', 'primaryEmail', 'title']);
  });

  test('is unknown without stored names', () => {
    for (const customs of [undefined, {}, { filled: 'title' }, { filled: null }])
      expect(clear({}, { isExact: false, ...(customs && { customs }) })).toEqual({ ...kept, warnings: [] });
  });

  test.each([
    ['null', null],
    ['emptyString', ''],
  ])('is sent with clearMode %s, attributes as an empty text', (clearMode, title) => {
    expect(clear({ clearMode }, { customs: filledBefore, isExact: true })).toEqual({
      ...kept,
      title,
      added: [{ name: 'companyName', type: 'STRING', value: '' }],
      warnings: [],
    });
  });

  test('is every empty managed field if it is uncertain what Fluent holds', () => {
    const settings = {
      clearMode: 'null',
      attributes: ['companyName', 'commercetoolsVersion'],
      customFields: { a: 'loyalty' },
      attributePrefix: 'ct_',
    };
    const { title, lastName, firstName, added } = clear(settings, { customs: filledBefore, isExact: false });
    expect([title, lastName, firstName]).toEqual([null, null, 'Jane']);
    expect(added.map(({ name }) => name)).toEqual(['ct_companyName', 'ct_loyalty']);
  });

  test.each([true, false])(
    'is the fallback for a first name, which Fluent requires (exact: %s)',
    (isExact) => {
      const settings = parse({ clearMode: 'null' });
      const known = { customs: { filled: ['firstName'] }, isExact };
      const { create, update } = bare({});
      const { firstName: _, ...nameless } = update;
      expect(withClearedFields({ create, update: nameless }, known, settings).update.firstName).toBe(
        'Unknown',
      );
    },
  );

  test('is found by the names that were filled, fields first', () => {
    expect(filledNames(model({ attributes: ['companyName'] }))).toEqual({
      filled: [
        'firstName',
        'lastName',
        'title',
        'primaryPhone',
        'country',
        'commercetoolsId',
        'commercetoolsProjectKey',
        'companyName',
      ],
    });
  });
});

describe('a removal', () => {
  const confirmed = { isConfirmed: true, ref: someId };

  test('does nothing by default', async () => {
    const { remove, calls } = bench({}, confirmed);
    expect(await remove()).toEqual({ action: 'ignored', warnings: [] });
    expect(calls()).toEqual([]);
  });

  test.each([
    [false, 'anonymised', 'DELETED'],
    [true, 'erased', 'ERASED'],
  ])('with erasure %s overwrites fields and our own attributes', async (erase, action, status) => {
    const settings = { onDelete: 'anonymise', customFields: { a: 'loyalty' } };
    const { remove, put, fluent } = bench(settings, confirmed);
    const said = (name: string, value: unknown, type = 'STRING') => ({ name, type, value });
    put(someId, {
      department: 'Sales',
      attributes: [
        ...mark(),
        said('commercetoolsProjectKey', 'local'),
        said('commercetoolsVersion', 3, 'INTEGER'),
        said('companyName', 'Acme'),
        said('stores', ['berlin'], 'JSON'),
        said('isEmailVerified', true, 'BOOLEAN'),
        said('loyalty', 7, 'INTEGER'),
        said('foreign', 'x'),
      ],
    });
    expect(await remove(erase)).toEqual({
      action,
      warnings: erase
        ? [
            { code: 'ERASURE_INCOMPLETE', field: 'department' },
            { code: 'ERASURE_INCOMPLETE', field: 'attribute:foreign' },
          ]
        : [],
    });
    expect(fluent.customers.get(someId)).toEqual({
      username: someId,
      ...anonymous,
      department: 'Sales',
      retailer: { id: '1' },
      attributes: [
        ...mark(),
        said('commercetoolsProjectKey', 'local'),
        said('commercetoolsVersion', 3, 'INTEGER'),
        said('companyName', '-'),
        said('stores', [], 'JSON'),
        said('isEmailVerified', false, 'BOOLEAN'),
        said('loyalty', '-'),
        said('foreign', 'x'),
        said('syncStatus', status),
        said('deletedAt', '2026-11-20T12:00:00.000Z'),
      ],
    });
    if (erase) expect((await remove(true)).warnings).toHaveLength(2);
  });

  test('reports a username that is an e-mail, and no other field of ours', async () => {
    const { remove, put } = bench({ usernameStrategy: 'email' }, { isConfirmed: true, ref: email });
    put(email, { attributes: mark() });
    expect((await remove(true)).warnings).toEqual([{ code: 'ERASURE_INCOMPLETE', field: 'username' }]);
  });

  test('uses the prefix of the account', async () => {
    const { remove, put, fluent } = bench({ attributePrefix: 'ct_' }, confirmed);
    put(someId, {
      attributes: [...mark(someId, 'ct_commercetoolsId'), { name: 'ct_vatId', type: 'STRING', value: 'x' }],
    });
    expect(await remove(true)).toEqual({ action: 'erased', warnings: [] });
    const names = fluent.customers.get(someId)?.attributes.map(({ name, value }) => `${name}=${value}`);
    expect(names).toContain('ct_vatId=-');
    expect(names).toContain('ct_syncStatus=ERASED');
  });

  test.each([
    ['no record, never confirmed', {}, {}, undefined, []],
    ['no record, confirmed once', {}, confirmed, undefined, ['username']],
    [
      'no record, by e-mail without a sync record',
      { usernameStrategy: 'email' },
      {},
      undefined,
      ['username'],
    ],
    ['no record, by e-mail, reserved only', { usernameStrategy: 'email' }, { ref: email }, undefined, []],
    ['the record of another customer, never confirmed', {}, {}, mark('another'), []],
    ['an unmarked record, never confirmed', {}, {}, [], []],
  ])('finds no record of ours: %s', async (_what, settings, known, attributes, fields) => {
    const { remove, put, calls } = bench(settings, known as Partial<Known>);
    if (attributes) put(someId, { attributes });
    const { action, warnings } = await remove(true);
    expect({ action, fields: warnings.map(({ field }) => field) }).toEqual({ action: 'unknown', fields });
    expect(warnings.every(({ code }) => code === 'ERASURE_INCOMPLETE')).toBe(true);
    expect(calls().filter((call) => call.startsWith('update'))).toEqual([]);
  });

  test('has no warnings for a plain delete', async () => {
    const { remove } = bench({ onDelete: 'anonymise' }, confirmed);
    expect(await remove()).toEqual({ action: 'unknown', warnings: [] });
  });

  test('erases a confirmed record without our mark, and an unconfirmed one with it', async () => {
    const one = bench({}, confirmed);
    one.put(someId);
    expect((await one.remove(true)).action).toBe('erased');
    const other = bench();
    other.put(someId, { attributes: mark() });
    expect((await other.remove(true)).action).toBe('erased');
  });

  test('fails for a record that now carries the id of another customer', async () => {
    const { remove, put } = bench({}, confirmed);
    put(someId, { attributes: mark('another') });
    await expect(remove(true)).rejects.toMatchObject({
      failureClass: 'permanent',
      code: 'IDENTITY_CONFLICT',
      message: 'This username belongs to another customer.',
    });
  });

  test('is retried if the record disappears before the update', async () => {
    const { remove, put, fluent } = bench({}, confirmed);
    put(someId, { attributes: mark() });
    fluent.update = async () => 'unknown';
    await expect(remove(true)).rejects.toMatchObject({
      failureClass: 'retry',
      code: 'FLUENT_LOOKUP_AND_WRITE_DISAGREE',
      message: 'A lookup in Fluent and the write after it disagree about whether the customer exists.',
    });
  });

  test('tries every username of the id, or only the remembered one', async () => {
    const settings = {
      usernameStrategy: 'retailerId_customerId',
      retailerByStore: { a: '2' },
      retailerByCountry: { XX: '3' },
    };
    const all = bench(settings);
    await all.remove(true);
    expect(all.calls()).toEqual([1, 2, 3].map((n) => `findByUsername ${n}_${someId}`));
    const remembered = bench(settings, confirmed);
    await remembered.remove(true);
    expect(remembered.calls()).toEqual([`findByUsername ${someId}`]);
  });
});

describe('a text', () => {
  test('is trimmed, and absent if nothing is left', () => {
    expect([filled(' a '), filled(' '), filled(''), filled(null), filled(undefined)]).toEqual([
      'a',
      ...Array(4),
    ]);
    expect(firstFilled(null, ' ', ' b ', 'c')).toBe('b');
    expect(firstFilled(undefined, '')).toBeUndefined();
  });

  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'abc'],
    ['ab\ud83d\ude00', 3, 'ab'],
    ['ab\ud83d\ude00', 4, 'ab\ud83d\ude00'],
    ['a\ud83d\ude00b', 3, 'a\ud83d\ude00'],
    ['ab\ud800x', 3, 'ab'],
    ['ab\udbffx', 3, 'ab'],
    ['ab\ud800', 3, 'ab\ud800'],
    ['ab\udc00x', 3, 'ab\udc00'],
    ['ab\ud7ffx', 3, 'ab\ud7ff'],
  ])('%j cut at %i is %j', (text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  test('that is cut leads to a warning with its length', () => {
    const warnings: Warning[] = [];
    const limited = limiter(warnings);
    expect(limited('f', undefined, 3)).toBeUndefined();
    expect(limited('f', 'abc', 3)).toBe('abc');
    expect(warnings).toEqual([]);
    expect(limited('f', 'abcd', 3)).toBe('abc');
    expect(warnings).toEqual([{ code: 'TRUNCATED', field: 'f', length: 4 }]);
  });

  test('becomes a phone number without separators', () => {
    expect(phoneNumber('+49 (30) 12.34-56/7\u00a08\u20109\u20150')).toBe('+49301234567890');
    expect(phoneNumber(' - ')).toBeUndefined();
    expect(phoneNumber(undefined)).toBeUndefined();
    expect(phoneNumber('12x')).toBe('12x');
  });
});
