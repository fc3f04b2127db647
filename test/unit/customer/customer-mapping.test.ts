import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import { contentHash } from '../../../lambdas/core/base/hash.ts';
import { toFluentCustomer } from '../../../lambdas/handlers/customer/mapper.ts';
import { customer } from '../../../lambdas/handlers/customer/schema.ts';
import { customerSettings, optionalAttributes } from '../../../lambdas/handlers/customer/settings.ts';
import { bareCustomer, fullCustomer } from '../../builders/customer.ts';
import { readTables } from '../../builders/markdown-tables.ts';

type Settings = Record<string, unknown>;

function map(source: object, settings: Settings = {}) {
  const parsed = customerSettings.parse({ retailerId: '1', ...settings });
  return toFluentCustomer(customer.parse(source), { settings: parsed, projectKey: 'local' });
}
const create = (source: object, settings: Settings = {}): Record<string, unknown> => ({
  ...map(source, settings).model.create,
});
const update = (source: object, settings: Settings = {}): Record<string, unknown> => ({
  ...map(source, settings).model.update,
});

/** A bare customer with a value at a path of the table, for example address.phone. */
function withValue(path: string, value: unknown): Record<string, unknown> {
  const [head = '', ...rest] = path.split('.');
  if (head === 'address') return bareCustomer({ addresses: [{ id: 'a', [rest.join('.')]: value }] });
  if (path === 'custom.fields.marketingConsent')
    return bareCustomer({ custom: { fields: { marketingConsent: value } } });
  if (path === 'customerGroup.obj.key')
    return bareCustomer({ customerGroup: { id: 'group-id', obj: { key: value } } });
  if (path === 'customerGroup.id') return bareCustomer({ customerGroup: { id: value } });
  return bareCustomer({ [head]: value });
}

describe('docs/mapping/customer.md', () => {
  const page = readFileSync(new URL('../../../docs/mapping/customer.md', import.meta.url), 'utf8');
  const tables = readTables(page);
  const fields = tables.find(({ header }) => header[0] === 'Fluent field')?.rows ?? [];
  const attributes = tables.find(({ header }) => header[0] === 'Attribute')?.rows ?? [];
  const textFields = fields.filter(
    ({ Sources }) => /^(\w+|address\.\w+)(, |$)/.test(Sources ?? '') && !/custom|see/.test(Sources ?? ''),
  );

  test('names exactly the fields that are sent', () => {
    const everything = fullCustomer({
      addresses: [{ id: 'ship', country: 'DE', phone: '1', department: 'd' }],
    });
    expect(fields.map((row) => row['Fluent field']).sort()).toEqual(Object.keys(create(everything)).sort());
  });

  test.each(textFields)('$Fluent field: sources in order, create $Create, update $Update', (row) => {
    const field = row['Fluent field'] ?? '';
    const sources = (row.Sources ?? '').split(', ').filter((source) => !source.startsWith('setting.'));
    for (const source of sources) {
      expect(create(withValue(source, ' 12 '))[field], source).toBe('12');
      expect(update(withValue(source, ' 12 '))[field], source).toBe(
        row.Update === 'never' ? undefined : '12',
      );
    }
    const merged = sources.map((source, index) => withValue(source, String(index)));
    const addresses = [
      Object.assign({}, ...merged.flatMap((one) => one['addresses'] as object[]), { id: 'a' }),
    ];
    expect(create({ ...Object.assign({}, ...merged), addresses })[field], 'first source wins').toBe('0');
    const [first = ''] = sources;
    if (field === 'primaryEmail') return;
    const isAlways = row.Create === 'always';
    expect(field in create(withValue(first, '  ')), 'create without a value').toBe(isAlways);
    expect(field in update(withValue(first, '  ')), 'update without a value').toBe(false);
  });

  test.each(fields.filter(({ Maximum }) => Maximum))(
    '$Fluent field over $Maximum: $Over the maximum',
    (row) => {
      const field = row['Fluent field'] ?? '';
      const max = Number(row['Maximum']);
      const effect = row['Over the maximum'] ?? '';
      const [source = ''] = (row.Sources ?? '').split(', ');
      if (effect === 'configuration') {
        expect(customerSettings.safeParse({ retailerId: '1', [field]: 'x'.repeat(max + 1) }).success).toBe(
          false,
        );
        expect(customerSettings.safeParse({ retailerId: '1', [field]: 'x'.repeat(max) }).success).toBe(true);
        return;
      }
      const settings = field === 'username' ? { usernameStrategy: 'retailerId_email' } : {};
      // The prefix "1_" of the strategy counts towards the username, not towards the e-mail.
      const path = field === 'username' ? 'email' : source;
      const fit = 'x'.repeat(field === 'username' ? max - 2 : max);
      expect(create(withValue(path, fit), settings)[field]).toBe(field === 'username' ? `1_${fit}` : fit);
      const over = () => map(withValue(path, `${fit}y`), settings);
      if (effect.startsWith('reject')) expect(over).toThrow(ConnectorError);
      if (effect.startsWith('reject')) return expect(over).toThrow(effect.split(' ')[1] ?? '');
      expect(over().model.create).toHaveProperty(
        ...((effect === 'truncate' ? [field, fit] : ['username']) as [string]),
      );
      if (effect === 'omit') expect(over().model.create).not.toHaveProperty(field);
      expect(over().warnings).toMatchObject([{ field, length: max + 1 }]);
    },
  );

  test('lists the attributes of the code, with type, source and default', () => {
    const always = attributes.filter(({ Default }) => Default === 'always').map(({ Attribute }) => Attribute);
    const switched = attributes
      .filter(({ Default }) => Default !== 'always')
      .map(({ Attribute }) => Attribute);
    expect(always).toEqual(['commercetoolsId', 'commercetoolsProjectKey']);
    expect(switched).toEqual([...optionalAttributes]);
    const on = attributes.filter(({ Default }) => Default === 'on').map(({ Attribute }) => Attribute);
    expect(customerSettings.parse({ retailerId: '1' }).attributes).toEqual(on);
  });

  test.each(attributes.filter(({ Default }) => Default !== 'always'))(
    '$Attribute is $Type from $Source',
    (row) => {
      const name = row['Attribute'] ?? '';
      const probes: Record<string, unknown> = { version: 9, isEmailVerified: true, stores: [{ key: 'k' }] };
      for (const source of (row['Source'] ?? '').split(', ')) {
        const groups = [{ customerGroup: { id: 'g' } }];
        const value = source === 'customerGroupAssignments' ? groups : (probes[source] ?? 'probe');
        const sent = map(withValue(source, value), { attributes: [name] }).model.update.attributes.find(
          (one) => one.name === name,
        );
        const expected: Record<string, unknown> = { stores: ['k'], customerGroupAssignments: ['g'] };
        expect(sent).toEqual({ name, type: row['Type'], value: expected[source] ?? value });
      }
    },
  );
});

describe('golden files', () => {
  const folder = new URL('../../fixtures/customer-mapping/', import.meta.url);
  const cases = readdirSync(folder).filter((name) => name.endsWith('.json'));

  test('cover every rule of docs/mapping/customer.md', () => {
    expect(cases.length).toBeGreaterThanOrEqual(12);
  });

  test.each(cases)('%s', (name) => {
    const { customer: source, settings, expected } = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
    const mapped = (() => {
      try {
        const { model, warnings } = map(source, settings);
        return { ...model, warnings };
      } catch (error) {
        return { rejected: error instanceof ConnectorError ? error.code : String(error) };
      }
    })();
    expect(mapped).toEqual(expected);
  });
});

describe('any customer', () => {
  const text = fc.option(
    fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ maxLength: 300 })),
    { nil: undefined },
  );
  const anyCustomer = fc
    .record({
      firstName: text,
      lastName: text,
      title: text,
      salutation: text,
      companyName: text,
      phone: text,
      country: text,
      department: text,
    })
    .map(({ phone, country, department, ...names }) =>
      bareCustomer({ ...names, addresses: [{ id: 'a', phone, country, department }] }),
    );

  test('is mapped without an empty text, within every length, and never to a split surrogate', () => {
    const limits: Record<string, number> = {
      firstName: 50,
      lastName: 50,
      title: 50,
      primaryPhone: 20,
      country: 100,
      department: 255,
    };
    fc.assert(
      fc.property(anyCustomer, (source) => {
        const sent = create(source);
        for (const [field, max] of Object.entries(limits)) {
          const value = sent[field];
          if (value === undefined) continue;
          expect(value).toSatisfy((one) => typeof one === 'string' && one.trim() !== '' && one.length <= max);
        }
        expect(
          toFluentCustomer(customer.parse(source), {
            settings: customerSettings.parse({ retailerId: '1' }),
            projectKey: 'local',
          }),
        ).toEqual(map(source));
      }),
    );
  });

  test('has a hash that depends on what is sent, not on the version or on unmapped fields', () => {
    const hash = (over: object) => contentHash(map(fullCustomer(over as Record<string, unknown>)).content);
    expect(hash({ version: 99, dateOfBirth: '2000-01-01', vatId: 'x', password: 'y' })).toBe(hash({}));
    expect(hash({ firstName: 'Other' })).not.toBe(hash({}));
    expect(hash({ companyName: 'Other' })).not.toBe(hash({}));
  });

  test('is cut at a whole code point', () => {
    const name = `${'a'.repeat(49)}😀`;
    expect(create(bareCustomer({ firstName: name }))['firstName']).toBe('a'.repeat(49));
    expect(create(bareCustomer({ firstName: `${'a'.repeat(48)}😀` }))['firstName']).toBe(
      `${'a'.repeat(48)}😀`,
    );
  });
});

describe('a malformed value', () => {
  const inherited = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];

  test.each(inherited)('does not match inherited names of a settings table: %s', (name) => {
    const tables = {
      retailerByStore: { a: '2' },
      retailerByCountry: { DE: '3' },
      timezoneByCountry: { DE: 'CET' },
    };
    const source = bareCustomer({ stores: [{ key: name }], addresses: [{ id: 'a', country: name }] });
    expect(create(source, tables)).toMatchObject({ retailer: { id: '1' }, timezone: 'UTC', country: name });
    expect(update(source, tables)).not.toHaveProperty('timezone');
  });

  test('is cut inside a list as well', () => {
    const { model, warnings } = map(bareCustomer({ stores: [{ key: 'k' }, { key: 'x'.repeat(256) }] }));
    expect(model.update.attributes.find(({ name }) => name === 'stores')?.value).toEqual([
      'k',
      'x'.repeat(255),
    ]);
    expect(warnings).toEqual([{ code: 'TRUNCATED', field: 'stores', length: 256 }]);
  });

  test('is left out when it is deeper than twenty levels', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 'x' : { a: nested(levels - 1) });
    const of = (levels: number) =>
      map(bareCustomer({ custom: { fields: { doc: nested(levels) } } }), { customFields: { doc: 'doc' } });
    const names = (levels: number) => of(levels).model.update.attributes.map(({ name }) => name);
    expect(names(20)).toContain('doc');
    expect(names(21)).toEqual(names(20).filter((name) => name !== 'doc'));
    expect(of(21).warnings).toEqual([{ code: 'OMITTED_TOO_DEEP', field: 'doc' }]);
    expect(names(5_000)).not.toContain('doc');
  });
});

describe('a customer with little in it', () => {
  test.each([
    ['custom', null],
    ['custom', { fields: null }],
    ['stores', null],
    ['addresses', null],
    ['customerGroup', null],
    ['customerGroupAssignments', null],
    ['isEmailVerified', null],
  ])('is mapped when %s is %j', (field, value) => {
    const settings = { consentField: 'x2', customFields: { a: 'a' }, attributes: [...optionalAttributes] };
    const source = { id: bareCustomer().id, version: 1, email: 'a@b.c', [field]: value };
    const mapped = map(source, settings);
    expect(mapped.model.create.promotionOptIn).toBe(false);
    expect(mapped.model.update.attributes.map(({ name }) => name)).toEqual([
      'commercetoolsId',
      'commercetoolsProjectKey',
      'commercetoolsVersion',
    ]);
    expect(mapped.warnings).toEqual([]);
  });

  test('has no consent and no value from a settings table', () => {
    const named = bareCustomer({ custom: { fields: { undefined: true } } });
    expect(create(named)['promotionOptIn']).toBe(false);
    expect(create(named, { retailerByCountry: { undefined: '9' } })['retailer']).toEqual({ id: '1' });
  });

  test('belongs to the retailer of its first store that has one', () => {
    const stores = [{ key: 'a' }, { key: 'b' }, { key: 'c' }];
    const settings = { retailerByStore: { b: '2', c: '3' }, retailerByCountry: { DE: '4' } };
    expect(create(bareCustomer({ stores }), settings)['retailer']).toEqual({ id: '2' });
  });

  test.each([
    [{ email: ' ' }, {}, 'EMAIL_MISSING: email'],
    [{ email: 'x'.repeat(251) }, {}, 'EMAIL_TOO_LONG: email'],
    [{ email: 'x'.repeat(250) }, { usernameStrategy: 'retailerId_email' }, 'USERNAME_TOO_LONG: email'],
  ])('is refused with code and field', (over, settings, message) => {
    expect(() => map(bareCustomer(over), settings)).toThrow(message);
  });
});

describe('a list or a custom field', () => {
  const tags = (value: unknown) => {
    const { model, warnings } = map(bareCustomer({ custom: { fields: { tags: value } } }), {
      customFields: { tags: 'tags' },
    });
    return { sent: model.update.attributes.find(({ name }) => name === 'tags'), warnings };
  };

  test.each([
    ['text', 'STRING', 'text'],
    [' text ', 'STRING', 'text'],
    [7, 'INTEGER', 7],
    [1.5, 'JSON', 1.5],
    [false, 'BOOLEAN', false],
    [{ en: 'a' }, 'JSON', { en: 'a' }],
    [[1, null, { a: 'x' }], 'JSON', [1, null, { a: 'x' }]],
  ])('%j is sent as %s', (value, type, expected) => {
    expect(tags(value)).toEqual({ sent: { name: 'tags', type, value: expected }, warnings: [] });
  });

  test.each([[null], [undefined], [''], ['  '], [[]]])('%j is left out', (value) => {
    expect(tags(value)).toEqual({ sent: undefined, warnings: [] });
  });

  test('is cut after a hundred entries, with a warning', () => {
    const list = (length: number) => Array.from({ length }, (_, n) => `t${n}`);
    expect(tags(list(100))).toMatchObject({ sent: { value: list(100) }, warnings: [] });
    expect(tags(list(101))).toMatchObject({
      sent: { value: list(100) },
      warnings: [{ code: 'TRUNCATED', field: 'tags', length: 101 }],
    });
  });

  test('is measured by its deepest part', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 'x' : [nested(levels - 1)]);
    expect(tags({ shallow: 1, deep: nested(20) }).sent).toBeUndefined();
    expect(tags({ shallow: null, deep: nested(19) }).sent).toBeDefined();
  });
});
