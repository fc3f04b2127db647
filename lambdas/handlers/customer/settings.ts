import * as z from 'zod/mini';

/** Attributes of `docs/mapping/customer.md` that can be chosen; commercetoolsId and commercetoolsProjectKey are always sent. */
export const optionalAttributes = [
  'commercetoolsVersion',
  'customerNumber',
  'commercetoolsKey',
  'externalId',
  'customerGroup',
  'customerGroups',
  'stores',
  'companyName',
  'salutation',
  'middleName',
  'locale',
  'isEmailVerified',
  'vatId',
  'dateOfBirth',
] as const;
export type OptionalAttribute = (typeof optionalAttributes)[number];

/** Fluent's ids are strings of digits. */
const retailerId = z
  .string()
  .check(z.regex(/^\d+$/, 'must be the number of a Fluent retailer, for example "1"'));

/** Settings of the customer mapping (docs/mapping/customer.md). */
export const customerSettings = z.object({
  /** How the username is made when a customer is created. Fluent cannot change it later. */
  usernameStrategy: z._default(
    z.enum(['customerId', 'retailerId_customerId', 'email', 'retailerId_email']),
    'customerId',
  ),
  /** Fluent retailer of new customers. */
  retailerId,
  /** Overrides of `retailerId`: store key or country (ISO alpha-2) -> retailer id; the first store that has one wins. */
  retailerByStore: z._default(z.record(z.string(), retailerId), {}),
  retailerByCountry: z._default(z.record(z.string(), retailerId), {}),
  /** Boolean custom field that holds the marketing consent. Absent: false at creation, never sent afterwards. */
  consentField: z.optional(z.string().check(z.regex(/^[a-zA-Z0-9_-]{2,36}$/))),
  /** What a delete without erasure does in Fluent. */
  onDelete: z._default(z.enum(['ignore', 'anonymise']), 'ignore'),
  /** What an update does in Fluent with a field that was emptied in commercetools. */
  clearMode: z._default(z.enum(['keep', 'null', 'emptyString']), 'keep'),
  /** May a Fluent customer without commercetoolsId be taken over? Default: yes for e-mail strategies, no for id strategies. */
  adoptExisting: z.optional(z.boolean()),
  firstNameFallback: z._default(z.string().check(z.minLength(1), z.maxLength(50)), 'Unknown'),
  timezone: z._default(z.string().check(z.minLength(1), z.maxLength(32)), 'UTC'),
  /** Overrides of `timezone` by country (ISO alpha-2). */
  timezoneByCountry: z._default(z.record(z.string(), z.string().check(z.maxLength(32))), {}),
  /** Which address gives name, phone, country and department: the first that exists. */
  addressOrder: z._default(z.array(z.enum(['defaultShipping', 'defaultBilling', 'first'])), [
    'defaultShipping',
    'defaultBilling',
    'first',
  ]),
  /** Which number of that address is the phone: the first that is filled. */
  phoneOrder: z._default(z.array(z.enum(['phone', 'mobile'])), ['phone', 'mobile']),
  attributes: z._default(z.array(z.enum(optionalAttributes)), [
    'commercetoolsVersion',
    'customerNumber',
    'commercetoolsKey',
    'externalId',
    'customerGroup',
    'stores',
    'companyName',
    'salutation',
    'middleName',
    'locale',
    'isEmailVerified',
  ]),
  /** Prefix of every attribute name, for accounts shared with other integrations. */
  attributePrefix: z._default(z.string(), ''),
  /** Custom fields that become attributes: custom field name -> attribute name. */
  customFields: z._default(z.record(z.string(), z.string()), {}),
});
export type CustomerSettings = z.infer<typeof customerSettings>;

/** Group keys need an expanded reference, which is requested only if an attribute uses it. */
export function customerExpansions({ attributes }: Pick<CustomerSettings, 'attributes'>): string[] {
  return [
    ...(attributes.includes('customerGroup') ? ['customerGroup'] : []),
    ...(attributes.includes('customerGroups') ? ['customerGroupAssignments[*].customerGroup'] : []),
  ];
}
