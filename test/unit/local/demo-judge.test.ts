import type { Customer } from '@commercetools/platform-sdk';
import type { FluentCustomer } from '@fluent-connector/twins/fluent';
import { describe, expect, test } from 'vitest';
import { outcomes } from '../../../lambdas/core/base/outcome.ts';
import { toFluentCustomer } from '../../../lambdas/handlers/customer/mapper.ts';
import { customer as schema } from '../../../lambdas/handlers/customer/schema.ts';
import { customerSettings } from '../../../lambdas/handlers/customer/settings.ts';
import { compareCustomer, compareErased } from '../../../local/demo/oracle.ts';
import { type DemoReport, isGood } from '../../../local/demo/report.ts';
import { untestedKinds } from '../../../local/demo/untested.ts';
import { fullCustomer } from '../../builders/customer.ts';
import { someId } from '../../builders/notification.ts';

const groups = new Map([['0d000000-0000-4000-8000-000000000005', 'gold']]);
const source = (over: Record<string, unknown> = {}) => fullCustomer(over) as unknown as Customer;
const settings = customerSettings.parse({ retailerId: '1', consentField: 'marketingConsent' });

/** The customer in Fluent after a correct create. */
function stored(over: Partial<FluentCustomer> = {}): FluentCustomer {
  const { create } = toFluentCustomer(schema.parse(fullCustomer()), { settings, projectKey: 'local' }).model;
  const added = { id: '101', ref: someId, status: 'ACTIVE', createdOn: 'x', updatedOn: 'y' };
  return {
    ...create,
    ...added,
    retailer: { id: '1', ref: 'r', status: 'ACTIVE' },
    ...over,
  } as FluentCustomer;
}
const fields = (customer: Customer, held: FluentCustomer | undefined, history: Customer[] = [customer]) =>
  compareCustomer(customer, held, groups, history).map(({ field }) => field);
const withAttribute = (name: string, value: unknown) => ({
  attributes: [...stored().attributes.filter((one) => one.name !== name), { name, type: 'STRING', value }],
});

describe('the oracle', () => {
  test('finds no difference when both are equal', () => {
    expect(fields(source(), stored())).toEqual([]);
  });

  test.each([
    ['a customer that is missing', undefined, ['customer']],
    ['another e-mail', stored({ primaryEmail: 'x@example.com' }), ['primaryEmail']],
    ['another name', stored({ lastName: 'Roe' }), ['lastName']],
    ['a consent that was not given', stored({ promotionOptIn: false }), ['promotionOptIn']],
    ['a phone that is missing', stored({ primaryPhone: null }), ['primaryPhone']],
    ['another retailer', stored({ retailer: { id: '2', ref: 'r', status: 'ACTIVE' } }), ['retailer']],
    ['an attribute that is wrong', stored(withAttribute('companyName', 'Other')), ['attributes.companyName']],
    [
      'an attribute that is missing',
      stored({ attributes: stored().attributes.slice(0, -1) }),
      ['attributes.isEmailVerified'],
    ],
    ['an attribute that is invented', stored(withAttribute('vatId', 'DE123')), ['attributes.vatId']],
    [
      'a version that does not exist yet',
      stored(withAttribute('commercetoolsVersion', 9)),
      ['attributes.commercetoolsVersion'],
    ],
  ])('finds %s', (_what, held, expected) => {
    expect(fields(source(), held)).toEqual(expected);
  });

  test('lets an emptied field keep a past value, and no other', () => {
    const emptied = source({ version: 4, title: undefined, salutation: undefined });
    expect(fields(emptied, stored(), [source(), emptied])).toEqual([]);
    expect(fields(emptied, stored({ title: 'Lady' }), [source(), emptied])).toEqual(['title']);
    expect(fields(emptied, stored(), [emptied])).toContain('title');
  });

  test('requires every field of an erased customer to be overwritten', () => {
    const erased = stored({
      primaryEmail: `${someId}@deleted.invalid`,
      firstName: 'Deleted',
      lastName: 'Deleted',
      title: '-',
      primaryPhone: '-',
      country: '-',
      promotionOptIn: false,
      attributes: [
        { name: 'commercetoolsId', type: 'STRING', value: someId },
        { name: 'commercetoolsProjectKey', type: 'STRING', value: 'local' },
        { name: 'stores', type: 'JSON', value: [] },
        { name: 'companyName', type: 'STRING', value: '-' },
        { name: 'isEmailVerified', type: 'BOOLEAN', value: false },
        { name: 'syncStatus', type: 'STRING', value: 'ERASED' },
      ],
    });
    expect(compareErased(someId, erased)).toEqual([]);
    expect(compareErased(someId, undefined)).toHaveLength(1);
    expect(compareErased(someId, { ...erased, lastName: 'Doe' })).toMatchObject([
      { field: 'lastName', actual: 'Doe' },
    ]);
    expect(compareErased(someId, stored()).length).toBeGreaterThan(8);
  });
});

describe('the demo is good', () => {
  const report = {
    mismatches: [],
    lost: 0,
    ledgerBalanced: true,
    deniedCalls: [],
    disturbances: {},
    waiting: 0,
    untested: [],
  } as unknown as DemoReport;

  test('when all customers are equal, no message is left, and all notifications are counted', () => {
    expect(isGood(report)).toBe(true);
  });

  test.each([
    [{ mismatches: [{ id: 'x', field: 'lastName', expected: 'a', actual: 'b' }] }],
    [{ lost: 1 }],
    [{ lost: -1 }],
    [{ ledgerBalanced: false }],
    [{ deniedCalls: [{ role: 'r', action: 'a', resource: 'x', calls: 1 }] }],
    [{ waiting: 3 }],
    [{ untested: ['update'] }],
  ])('but not with %j', (over) => {
    expect(isGood({ ...report, ...over })).toBe(false);
  });

  test('with chaos, even if counts of killed workers are lost and some kinds of work never happened, but not otherwise', () => {
    const disturbed = { ...report, disturbances: { 'workers killed': 1 }, ledgerBalanced: false };
    expect(isGood({ ...disturbed, untested: ['erase'] })).toBe(true);
    expect(isGood({ ...disturbed, lost: 1 })).toBe(false);
  });
});

test('a requested kind of work that never happened is named', () => {
  const change = (kind: string) => ({ id: someId, version: 1, kind, at: 0, customer: source() });
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<
    (typeof outcomes)[number],
    number
  >;
  const ledger = { received: 0, outcomes: counts, retried: 0, warnings: 0, isBalanced: true };
  const fluent = {
    calls: () => ({ token: 0, lookup: 0, create: 0, update: 0, other: 0 }),
    customers: () => [stored()],
  };
  const changes = [
    change('create'),
    change('delete'),
    change('erase'),
    ...Array.from({ length: 20 }, () => change('vatId')),
  ];
  expect(untestedKinds(changes, ledger, fluent)).toEqual([
    'create',
    'update',
    'unchanged',
    'delete',
    'erase',
  ]);
  expect(untestedKinds([], ledger, fluent)).toEqual([]);
});
