import { MappingError } from '../../core/base/errors.ts';
import type {
  CreateCustomerInput,
  FluentAttribute,
  UpdateCustomerInput,
} from '../../core/delivery/ports/fluent-writer.ts';
import type { Mapped, Warning } from '../../runtime/resource/resource-definition.ts';
import { attributeName, customerAttributes } from './attributes.ts';
import type { Address, Customer } from './schema.ts';
import type { CustomerSettings } from './settings.ts';
import { filled, firstFilled, limited, phoneNumber } from './text.ts';

/** Fluent's field lengths, in UTF-16 units. */
const longest = {
  username: 250,
  primaryEmail: 250,
  name: 50,
  title: 50,
  primaryPhone: 20,
  country: 100,
  department: 255,
} as const;

/** A customer as Fluent shall have it: what a create sends and what an update sends. */
export interface FluentCustomer {
  readonly create: CreateCustomerInput;
  /** Without the username: an update is addressed to the remembered one. */
  readonly update: Omit<UpdateCustomerInput, 'username'>;
}

/** commercetools customer -> Fluent customer. Field table: docs/mapping/customer.md */
export function toFluentCustomer(
  customer: Customer,
  { settings, projectKey }: { settings: CustomerSettings; projectKey: string },
): Mapped<FluentCustomer> {
  const warnings: Warning[] = [];
  const address = chosenAddress(customer, settings);
  const country = limited('country', filled(address?.country), longest.country, warnings);
  const firstName = limited(
    'firstName',
    firstFilled(customer.firstName, address?.firstName),
    longest.name,
    warnings,
  );
  const lastName = limited(
    'lastName',
    firstFilled(customer.lastName, address?.lastName),
    longest.name,
    warnings,
  );
  const title = limited('title', firstFilled(customer.title, customer.salutation), longest.title, warnings);
  const primaryPhone = phone(address, settings, warnings);
  const department = limited('department', filled(address?.department), longest.department, warnings);
  const timezone = entryOf(settings.timezoneByCountry, country);
  const attributes = customerAttributes(customer, projectKey, settings, warnings);
  const primaryEmail = email(customer);
  const retailer = { id: retailerOf(customer, country, settings) };

  const shared = {
    primaryEmail,
    ...(lastName !== undefined && { lastName }),
    ...(title !== undefined && { title }),
    ...(primaryPhone !== undefined && { primaryPhone }),
    ...(country !== undefined && { country }),
    attributes,
  };
  const consent =
    settings.consentField !== undefined && customer.custom?.fields?.[settings.consentField] === true;
  const update = {
    ...shared,
    ...(firstName !== undefined && { firstName }),
    ...(timezone !== undefined && { timezone }),
    ...(settings.consentField !== undefined && { promotionOptIn: consent }),
  };
  const create = {
    ...shared,
    username: username(customer, primaryEmail, retailer.id, settings),
    firstName: firstName ?? settings.firstNameFallback,
    timezone: timezone ?? settings.timezone,
    promotionOptIn: consent,
    ...(department !== undefined && { department }),
    retailer,
  };
  return {
    model: { create, update },
    content: { ...update, attributes: withoutVersion(attributes, settings) },
    warnings,
  };
}

/** One address gives all fields: those of different addresses are never mixed. */
function chosenAddress(customer: Customer, settings: CustomerSettings): Address | undefined {
  const addresses = customer.addresses ?? [];
  const byId = (id: string | null | undefined) =>
    id ? addresses.find((address) => address.id === id) : undefined;
  const candidates = {
    defaultShipping: byId(customer.defaultShippingAddressId),
    defaultBilling: byId(customer.defaultBillingAddressId),
    first: addresses[0],
  };
  return settings.addressOrder.map((which) => candidates[which]).find((address) => address !== undefined);
}

/** A number that is too long is left out: a cut one would be wrong. */
function phone(
  address: Address | undefined,
  settings: CustomerSettings,
  warnings: Warning[],
): string | undefined {
  const number = settings.phoneOrder
    .map((which) => phoneNumber(filled(address?.[which])))
    .find((value) => value !== undefined);
  if (number === undefined || number.length <= longest.primaryPhone) return number;
  warnings.push({ code: 'OMITTED_TOO_LONG', field: 'primaryPhone', length: number.length });
  return undefined;
}

function email(customer: Customer): string {
  const value = filled(customer.email);
  if (value === undefined) throw new MappingError('EMAIL_MISSING', 'email');
  if (value.length > longest.primaryEmail) throw new MappingError('EMAIL_TOO_LONG', 'email');
  return value;
}

function retailerOf(customer: Customer, country: string | undefined, settings: CustomerSettings): string {
  const byStore = customer.stores
    ?.map(({ key }) => entryOf(settings.retailerByStore, key))
    .find((id) => id !== undefined);
  return byStore ?? entryOf(settings.retailerByCountry, country) ?? settings.retailerId;
}

/** What a table of the settings says about a name from outside. A store may be called `constructor`. */
function entryOf(table: Readonly<Record<string, string>>, name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function username(
  customer: Customer,
  primaryEmail: string,
  retailerId: string,
  settings: CustomerSettings,
): string {
  const name = {
    customerId: customer.id,
    retailerId_customerId: `${retailerId}_${customer.id}`,
    email: primaryEmail.toLowerCase(),
    retailerId_email: `${retailerId}_${primaryEmail.toLowerCase()}`,
  }[settings.usernameStrategy];
  if (name.length > longest.username) throw new MappingError('USERNAME_TOO_LONG', 'email');
  return name;
}

/** The source version is no content: else every update would look like a change. */
export function withoutVersion(
  attributes: readonly FluentAttribute[],
  settings: CustomerSettings,
): readonly FluentAttribute[] {
  const version = attributeName(settings, 'commercetoolsVersion');
  return attributes.filter(({ name }) => name !== version);
}
