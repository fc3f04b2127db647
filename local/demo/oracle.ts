import type { Address, Customer } from '@commercetools/platform-sdk';
import type { FluentCustomer } from '../fluent/customer.ts';

/**
 * What Fluent must hold for a commercetools customer, written down from the tables of docs/mapping/customer.md and from
 * nothing else: it shares no line with the mapper, so that a mistake there shows as a difference here.
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

/** Differences between a live customer and what Fluent holds; none when they are equal. */
export function compareCustomer(
  customer: Customer,
  stored: FluentCustomer | undefined,
  groups: GroupKeys,
): Mismatch[] {
  const { id } = customer;
  if (!stored) return [{ id, field: 'customer', expected: 'in Fluent', actual: undefined }];
  const held = (name: string) => stored.attributes?.find((attribute) => attribute.name === name)?.value;
  const pairs: [string, unknown, unknown][] = [
    ...Object.entries(expectedFields(customer)).map(([field, value]): [string, unknown, unknown] => [
      field,
      value,
      stored[field as keyof FluentCustomer],
    ]),
    ...Object.entries(expectedAttributes(customer, groups)).map(
      ([name, value]): [string, unknown, unknown] => [`attributes.${name}`, value, held(name)],
    ),
    ['retailer', '1', String(stored.retailer?.id)],
  ];
  const differences = pairs
    // A value that is empty at the source stays in Fluent (`keep`): nothing can be said about it.
    .filter(
      ([, expected, actual]) => expected !== undefined && JSON.stringify(expected) !== JSON.stringify(actual),
    )
    .map(([field, expected, actual]) => ({ id, field, expected, actual }));
  const version = held('commercetoolsVersion');
  const isVersion = typeof version === 'number' && version >= 1 && version <= customer.version;
  return isVersion
    ? differences
    : [
        ...differences,
        { id, field: 'attributes.commercetoolsVersion', expected: `1..${customer.version}`, actual: version },
      ];
}

/** An erased customer: nothing of the person may be left. */
export function compareErased(id: string, stored: FluentCustomer | undefined): Mismatch[] {
  // Erased before it was ever written: there is nothing to overwrite.
  if (!stored) return [];
  const expected: Record<string, unknown> = {
    primaryEmail: `${id}@deleted.invalid`,
    firstName: 'Deleted',
    lastName: 'Deleted',
    title: '-',
    primaryPhone: '-',
    country: '-',
    timezone: 'UTC',
    promotionOptIn: false,
  };
  const emptied = new Set(['-', '[]', 'false', 'ERASED', id, 'local']);
  const left = (stored.attributes ?? []).filter(
    ({ name, value }) =>
      !['commercetoolsVersion', 'deletedAt'].includes(name) &&
      !emptied.has(typeof value === 'string' ? value : JSON.stringify(value)),
  );
  return [
    ...Object.entries(expected)
      .filter(([field, value]) => stored[field as keyof FluentCustomer] !== value)
      .map(([field, value]) => ({
        id,
        field,
        expected: value,
        actual: stored[field as keyof FluentCustomer],
      })),
    ...left.map(({ name, value }) => ({
      id,
      field: `attributes.${name}`,
      expected: 'emptied',
      actual: value,
    })),
  ];
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
  };
}

function expectedAttributes(customer: Customer, groups: GroupKeys): Record<string, unknown> {
  const text = (value: string | undefined) => (hasText(value) ? shorten(value.trim(), 255) : undefined);
  const group = customer.customerGroup?.id;
  return {
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
