import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MappingError } from '../../../lambdas/core/base/errors.ts';
import { contentHash } from '../../../lambdas/core/base/hash.ts';
import { type FluentCustomer, toFluentCustomer } from '../../../lambdas/handlers/customer/mapper.ts';
import { customer as customerSchema } from '../../../lambdas/handlers/customer/schema.ts';
import { customerSettings, optionalAttributes } from '../../../lambdas/handlers/customer/settings.ts';
import { createHandlerBench } from '../../builders/handler-bench.ts';
import { someId } from '../../builders/notification.ts';
import { event, record } from '../../builders/records.ts';
import { holds } from './seeds.ts';

const awkward = fc.constantFrom(
  '',
  ' ',
  '\u0000',
  '\u202e',
  '😀'.repeat(30),
  `a${'😀'.repeat(30)}`,
  'İ',
  '__proto__',
  'x'.repeat(400),
);
const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ maxLength: 300 }), awkward);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.constantFrom(undefined, null));
const key = fc.constantFrom('berlin', 'paris', 'none');
const country = fc.constantFrom('DE', 'FR', 'ZZ', '');

const address = fc.record(
  {
    id: fc.constantFrom('a', 'b'),
    country: maybe(country),
    firstName: maybe(text),
    lastName: maybe(text),
    phone: maybe(fc.oneof(text, fc.constantFrom('+49 (30) 1234-567', '0'.repeat(21)))),
    mobile: maybe(text),
    department: maybe(text),
  },
  { requiredKeys: [] },
);
const group = fc.record({ id: text, obj: maybe(fc.record({ key: maybe(text) })) });
const textFields = [
  'key',
  'customerNumber',
  'externalId',
  'firstName',
  'lastName',
  'middleName',
  'title',
] as const;
const moreFields = ['salutation', 'companyName', 'vatId', 'dateOfBirth', 'locale'] as const;

/** Any customer that the schema accepts, including ones that no shop has. */
const customer = fc
  .record({
    version: fc.integer({ min: 1, max: 1_000 }),
    email: fc.oneof({ weight: 4, arbitrary: fc.emailAddress() }, maybe(text)),
    fields: fc.record(Object.fromEntries([...textFields, ...moreFields].map((name) => [name, maybe(text)])), {
      requiredKeys: [],
    }),
    isEmailVerified: maybe(fc.boolean()),
    addresses: maybe(fc.array(address, { maxLength: 3 })),
    defaultShippingAddressId: maybe(fc.constantFrom('a', 'b', 'c')),
    defaultBillingAddressId: maybe(fc.constantFrom('a', 'b', 'c')),
    customerGroup: maybe(group),
    customerGroupAssignments: maybe(
      fc.array(
        group.map((customerGroup) => ({ customerGroup })),
        { maxLength: 120 },
      ),
    ),
    custom: maybe(
      fc.record({ fields: maybe(fc.dictionary(fc.constantFrom('consent', 'note'), fc.jsonValue())) }),
    ),
    stores: maybe(fc.array(fc.record({ key }), { maxLength: 3 })),
  })
  .map(({ fields, ...rest }) => customerSchema.parse({ id: someId, ...fields, ...rest }));

const settings = fc
  .record({
    usernameStrategy: fc.constantFrom('customerId', 'retailerId_customerId', 'email', 'retailerId_email'),
    clearMode: fc.constantFrom('keep', 'null', 'emptyString'),
    attributes: fc.subarray([...optionalAttributes]),
    retailerByStore: fc.constantFrom({}, { berlin: '7' }),
    retailerByCountry: fc.constantFrom({}, { FR: '8' }),
    timezoneByCountry: fc.constantFrom({}, { DE: 'Europe/Berlin' }),
    customFields: fc.constantFrom({}, { note: 'note' }),
    consentField: fc.constantFrom(undefined, 'consent'),
    attributePrefix: fc.constantFrom('', 'ct_'),
    addressOrder: fc.constantFrom(['first'], ['defaultBilling', 'defaultShipping', 'first'], []),
  })
  .map((some) => customerSettings.parse({ retailerId: '1', ...some }));

type Case = {
  customer: ReturnType<typeof customerSchema.parse>;
  settings: ReturnType<typeof customerSettings.parse>;
};
const anyCase: fc.Arbitrary<Case> = fc.record({ customer, settings });

/** The mapped customer, or the code of the refusal. */
function mapped({ customer, settings }: Case) {
  try {
    return toFluentCustomer(customer, { settings, projectKey: 'local' });
  } catch (error) {
    if (error instanceof MappingError) return error.code;
    throw error;
  }
}

describe('the mapping of any customer with any settings', () => {
  test('gives a customer that Fluent accepts, or one of its refusals', () =>
    holds(
      fc.property(anyCase, (one) => {
        const result = mapped(one);
        if (typeof result === 'string') {
          expect(['EMAIL_MISSING', 'EMAIL_TOO_LONG', 'USERNAME_TOO_LONG']).toContain(result);
          return;
        }
        expectAcceptable(result.model);
        for (const { code, field } of result.warnings) expect(`${code} ${field}`).toMatch(/^[A-Z_]+ [\w:]+$/);
      }),
      { runs: 1_500 },
    ));

  test('is deterministic and does not change its input', () =>
    holds(
      fc.property(anyCase, (one) => {
        const before = structuredClone(one);
        expect(mapped(one)).toEqual(mapped(one));
        expect(one).toEqual(before);
      }),
      { runs: 400 },
    ));

  test('has equal content at another version, and other content when the e-mail changes', () =>
    holds(
      fc.property(anyCase, ({ customer, settings }) => {
        const hash = (change: object) => {
          const result = mapped({ customer: { ...customer, ...change }, settings });
          return typeof result === 'string' ? result : contentHash(result.content);
        };
        expect(hash({ version: customer.version + 1 })).toBe(hash({}));
        expect(hash({ email: 'one@example.com' })).not.toBe(hash({ email: 'two@example.com' }));
      }),
      { runs: 400 },
    ));
});

describe('the sync of any customer', () => {
  test('leaves the same single Fluent customer when it is repeated', () =>
    holds(
      fc.asyncProperty(anyCase, async ({ customer, settings }) => {
        const bench = createHandlerBench(settings);
        bench.commercetools.customers.set(someId, customer);
        const sync = (over: object = {}) => bench.run(record(event({ version: customer.version, ...over })));
        await sync();
        const first = held(bench);
        await sync({ force: true });
        expect(first.length).toBe(bench.outcomeTexts()[0]?.startsWith('synced') ? 1 : 0);
        expect(held(bench)).toEqual(first);
        if (first.length === 0) return;
        bench.commercetools.customers.set(someId, { ...customer, version: customer.version + 1 });
        await sync({ version: customer.version + 1 });
        expect(bench.outcomeTexts()).toEqual([
          'synced: created',
          'synced: updated',
          'unchanged: equal-content',
        ]);
      }),
      { runs: 300 },
    ));
});

/** The content in Fluent. Null, absent and empty are equal: a forced write clears fields that it does not know to be empty. */
function held({ fluent }: ReturnType<typeof createHandlerBench>) {
  const isFilled = (value: unknown) => value !== null && value !== '';
  return [...fluent.customers.values()].map(({ attributes, ...fields }) => ({
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => isFilled(value))),
    attributes: attributes.filter(({ value }) => isFilled(value)),
  }));
}

/** Respects the lengths of Fluent and leaves nothing undefined. */
function expectAcceptable({ create, update }: FluentCustomer) {
  const limits = {
    username: 250,
    primaryEmail: 250,
    firstName: 50,
    lastName: 50,
    title: 50,
    primaryPhone: 20,
  };
  for (const input of [create, update]) {
    for (const [name, most] of Object.entries({ ...limits, country: 100, department: 255 })) {
      const value = (input as Readonly<Record<string, unknown>>)[name];
      if (typeof value !== 'string') continue;
      expect(value.length, name).toBeLessThanOrEqual(most);
      // Truncation never splits a character.
      expect(value.isWellFormed(), name).toBe(true);
    }
    for (const { name, value } of input.attributes) {
      if (typeof value === 'string') expect(value.length, name).toBeLessThanOrEqual(255);
      if (Array.isArray(value)) expect(value.length, name).toBeLessThanOrEqual(100);
    }
    expect(JSON.parse(JSON.stringify(input))).toEqual(input);
  }
  expect(create.username).not.toBe('');
  expect(create.firstName).not.toBe('');
}
