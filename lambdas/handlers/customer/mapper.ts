import { MappingError } from '../../core/base/errors.ts';
import type {
  CreateCustomerInput,
  FluentAttribute,
  UpdateCustomerInput,
} from '../../core/delivery/ports/fluent-writer.ts';
import type { Mapped, MappingContext, Warning } from '../../runtime/resource/resource-definition.ts';
import { attributeName, customerAttributes } from './attributes.ts';
import type { Address, Customer } from './schema.ts';
import type { CustomerSettings } from './settings.ts';
import { filled, firstFilled, limiter, phoneNumber } from './text.ts';

/** Fluent's field lengths, in UTF-16 code units. */
const longest = {
  username: 250,
  primaryEmail: 250,
  name: 50,
  title: 50,
  primaryPhone: 20,
  country: 100,
  department: 255,
} as const;

/** The mapped customer: what a create sends and what an update sends. */
export interface FluentCustomer {
  readonly create: CreateCustomerInput;
  /** Without the username: an update uses the remembered one. */
  readonly update: Omit<UpdateCustomerInput, 'username'>;
}

/** commercetools customer -> Fluent customer. Field table: docs/mapping/customer.md */
export function toFluentCustomer(
  customer: Customer,
  context: MappingContext<CustomerSettings>,
): Mapped<FluentCustomer> {
  const { settings } = context;
  const warnings: Warning[] = [];
  const limit = limiter(warnings);
  const address = chosenAddress(customer, settings);
  const country = limit('country', filled(address?.country), longest.country);
  const firstName = limit('firstName', firstFilled(customer.firstName, address?.firstName), longest.name);
  const lastName = limit('lastName', firstFilled(customer.lastName, address?.lastName), longest.name);
  const title = limit('title', firstFilled(customer.title, customer.salutation), longest.title);
  const primaryPhone = phone(address, settings, warnings);
  const department = limit('department', filled(address?.department), longest.department);
  const timezone = entryOf(settings.timezoneByCountry, country);
  const attributes = customerAttributes(customer, context, warnings);
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
    username: username({ id: customer.id, primaryEmail, retailerId: retailer.id }, settings),
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

/** All address fields come from one address: fields of different addresses are never mixed. */
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

/** A number that is too long is left out, because a cut number is wrong. */
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

/** Looks up a name from outside in a table of the settings. Own properties only: a store may be called `constructor`. */
function entryOf(table: Readonly<Record<string, string>>, name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function username(
  { id, primaryEmail, retailerId }: { id: string; primaryEmail: string; retailerId: string },
  settings: CustomerSettings,
): string {
  const name = {
    customerId: id,
    retailerId_customerId: `${retailerId}_${id}`,
    email: primaryEmail.toLowerCase(),
    retailerId_email: `${retailerId}_${primaryEmail.toLowerCase()}`,
  }[settings.usernameStrategy];
  if (name.length > longest.username) throw new MappingError('USERNAME_TOO_LONG', 'email');
  return name;
}

/** The source version is not content: with it, every version would be written even if nothing else changed. */
export function withoutVersion(
  attributes: readonly FluentAttribute[],
  settings: CustomerSettings,
): readonly FluentAttribute[] {
  const version = attributeName(settings, 'commercetoolsVersion');
  return attributes.filter(({ name }) => name !== version);
}
