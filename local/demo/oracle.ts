import type { Address, Customer } from '@commercetools/platform-sdk';
import type { FluentCustomer } from '@fluent-connector/twins/fluent';

/**
 * What Fluent must hold for a commercetools customer, according to the tables of docs/mapping/customer.md. It shares no
 * code with the mapper, so a mistake there shows as a difference here.
 * Covers the settings of the local stage: username = id, consent from `marketingConsent`, `clearMode: keep`.
 */
export interface Mismatch {
  readonly id: string;
  readonly field: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Keys of the customer groups, by id. */
export type GroupKeys = ReadonlyMap<string, string>;

/**
 * Differences between a customer and its copy in Fluent; none when they are equal. `history` has every past state of the
 * customer: a field that is empty now may still have one of its past values in Fluent.
 */
export function compareCustomer(
  customer: Customer,
  stored: FluentCustomer | undefined,
  groups: GroupKeys,
  history: readonly Customer[],
): Mismatch[] {
  const { id } = customer;
  if (!stored) return [{ id, field: 'customer', expected: 'in Fluent', actual: undefined }];
  const flat = (one: Customer) => ({ ...expectedFields(one), ...expectedAttributes(one, groups) });
  const expected = flat(customer);
  const past = history.map(flat);
  const held = flatten(stored);
  const names = new Set([...Object.keys(expected), ...Object.keys(held)]);
  return [...names].flatMap((field) => {
    const actual = held[field];
    const allowed = allowedValues(field, expected, past, customer.version);
    return allowed.some((value) => isSame(value, actual))
      ? []
      : [{ id, field, expected: allowed[0], actual }];
  });
}

type Flat = Readonly<Record<string, unknown>>;

/** The first value is the expected one. */
function allowedValues(field: string, expected: Flat, past: readonly Flat[], version: number): unknown[] {
  // The handler does not compare it, so it stays older after a change of unmapped fields.
  if (field === 'attributes.commercetoolsVersion')
    return Array.from({ length: version }, (_, n) => version - n);
  const once = past.map((one) => one[field]);
  // Sent on create only.
  if (field === 'department') return [...once, undefined];
  if (expected[field] !== undefined) return [expected[field]];
  return [undefined, ...once, ...(field === 'firstName' ? ['Unknown'] : [])];
}

/** Fields and attributes of a Fluent customer by the names of the mapping page, without those that Fluent adds. */
function flatten({
  id: _id,
  ref: _ref,
  status: _status,
  createdOn: _created,
  updatedOn: _updated,
  ...fields
}: FluentCustomer): Flat {
  const { attributes, retailer, ...plain } = fields;
  return {
    ...plain,
    retailer: retailer.id,
    ...Object.fromEntries(attributes.map(({ name, value }) => [`attributes.${name}`, value])),
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/** Differences between an erased customer and its copy in Fluent: no personal data may remain. */
export function compareErased(id: string, stored: FluentCustomer | undefined): Mismatch[] {
  if (!stored) return [{ id, field: 'customer', expected: 'erased in Fluent', actual: undefined }];
  const held = flatten(stored);
  const expected: Flat = {
    username: id,
    primaryEmail: `${id}@deleted.invalid`,
    firstName: 'Deleted',
    lastName: 'Deleted',
    title: '-',
    primaryPhone: '-',
    country: '-',
    timezone: 'UTC',
    promotionOptIn: false,
    retailer: '1',
    'attributes.commercetoolsId': id,
    'attributes.commercetoolsProjectKey': 'local',
    'attributes.syncStatus': 'ERASED',
  };
  const free = ['department', 'attributes.commercetoolsVersion', 'attributes.deletedAt'];
  const emptied: unknown[] = ['-', [], false];
  const wrong = (field: string) =>
    field in expected
      ? !isSame(held[field], expected[field])
      : !emptied.some((value) => isSame(value, held[field]));
  return [...new Set([...Object.keys(expected), ...Object.keys(held)])]
    .filter((field) => !free.includes(field) && wrong(field))
    .map((field) => ({ id, field, expected: expected[field] ?? 'emptied', actual: held[field] }));
}

function expectedFields(customer: Customer): Record<string, unknown> {
  const address = addressOf(customer);
  const text = (max: number, ...values: (string | undefined)[]) => shorten(values.find(hasText)?.trim(), max);
  const number = [address?.phone, address?.mobile]
    .find(hasText)
    ?.replace(/[\s().\-/\u00a0\u2010-\u2015]/g, '');
  return {
    username: customer.id,
    primaryEmail: customer.email.trim(),
    firstName: text(50, customer.firstName, address?.firstName),
    lastName: text(50, customer.lastName, address?.lastName),
    title: text(50, customer.title, customer.salutation),
    primaryPhone: number !== undefined && number !== '' && number.length <= 20 ? number : undefined,
    country: text(100, address?.country),
    timezone: 'UTC',
    promotionOptIn: customer.custom?.fields['marketingConsent'] === true,
    department: text(255, address?.department),
    retailer: '1',
  };
}

function expectedAttributes(customer: Customer, groups: GroupKeys): Record<string, unknown> {
  const text = (value: string | undefined) => (hasText(value) ? shorten(value.trim(), 255) : undefined);
  const group = customer.customerGroup?.id;
  const attributes = {
    commercetoolsId: customer.id,
    commercetoolsProjectKey: 'local',
    customerNumber: text(customer.customerNumber),
    commercetoolsKey: text(customer.key),
    externalId: text(customer.externalId),
    customerGroup: group === undefined ? undefined : (groups.get(group) ?? group),
    stores: customer.stores.length > 0 ? customer.stores.map(({ key }) => key) : undefined,
    companyName: text(customer.companyName),
    salutation: text(customer.salutation),
    middleName: text(customer.middleName),
    locale: text(customer.locale),
    isEmailVerified: customer.isEmailVerified,
  };
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`attributes.${name}`, value]));
}

function addressOf({
  addresses,
  defaultShippingAddressId,
  defaultBillingAddressId,
}: Customer): Address | undefined {
  for (const wanted of [defaultShippingAddressId, defaultBillingAddressId]) {
    const found = wanted === undefined ? undefined : addresses.find(({ id }) => id === wanted);
    if (found) return found;
  }
  return addresses[0];
}

function hasText(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

/** At most `max` UTF-16 units, whole code points. */
function shorten(value: string | undefined, max: number): string | undefined {
  if (value === undefined) return undefined;
  let kept = '';
  for (const character of value) {
    if (kept.length + character.length > max) break;
    kept += character;
  }
  return kept;
}
