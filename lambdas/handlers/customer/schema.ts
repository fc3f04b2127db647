import * as z from 'zod/mini';

const text = z.optional(z.nullable(z.string()));

const address = z.object({
  id: text,
  country: text,
  firstName: text,
  lastName: text,
  phone: text,
  mobile: text,
  department: text,
});
export type Address = z.infer<typeof address>;

/** A reference; `obj` exists if the query expanded it. */
const groupReference = z.object({
  id: z.string(),
  obj: z.optional(z.nullable(z.object({ key: text }))),
});
export type GroupReference = z.infer<typeof groupReference>;

/**
 * What the mapper reads of a commercetools customer. Every other field is dropped, the password hash among them. Text fields
 * may be absent or null, or hold any text: the mapper decides.
 */
export const customer = z.object({
  id: z.string(),
  version: z.int(),
  email: text,
  key: text,
  customerNumber: text,
  externalId: text,
  firstName: text,
  lastName: text,
  middleName: text,
  title: text,
  salutation: text,
  companyName: text,
  vatId: text,
  dateOfBirth: text,
  locale: text,
  isEmailVerified: z.optional(z.nullable(z.boolean())),
  addresses: z.optional(z.nullable(z.array(address))),
  defaultShippingAddressId: text,
  defaultBillingAddressId: text,
  customerGroup: z.optional(z.nullable(groupReference)),
  customerGroupAssignments: z.optional(z.nullable(z.array(z.object({ customerGroup: groupReference })))),
  custom: z.optional(
    z.nullable(z.object({ fields: z.optional(z.nullable(z.record(z.string(), z.unknown()))) })),
  ),
  stores: z.optional(z.nullable(z.array(z.object({ key: z.string() })))),
});
export type Customer = z.infer<typeof customer>;
