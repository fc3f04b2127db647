import * as z from 'zod/mini';

const code = z.string().check(z.regex(/^[CST]\d{4}[EW]$/));
const pageSize = z.number().check(z.positive());

/** Behaviour that Fluent does not document. Each default is the most likely one. */
export const fluentSwitches = z.object({
  /** Error code of a create with a username that exists. */
  duplicateUsername: z._default(code, 'C0123E'),
  /** HTTP status of an answer with `errors`. */
  statusOfErrors: z._default(z.union([z.literal(200), z.literal(400)]), 200),
  /** Where the error code is; the message always starts with it. */
  errorCodeIn: z._default(z.enum(['extensions', 'message']), 'extensions'),
  /** Update of an unknown username: null data, or an error with this code. */
  updateOfUnknown: z._default(z.union([z.literal('null'), code]), 'C0120E'),
  /** `customer` and `customerById` of an unknown customer: null, or an error with this code. */
  lookupOfUnknown: z._default(z.union([z.literal('null'), code]), 'null'),
  /** The schema of 2022 requires firstName and timezone on create. */
  schema2022: z._default(z.boolean(), false),
  /** What an update does with a null field. */
  nullOnUpdate: z._default(z.enum(['set', 'ignore', 'reject']), 'set'),
  attributes: z._default(z.enum(['merge', 'replace']), 'merge'),
  usernameCase: z._default(z.enum(['sensitive', 'insensitive']), 'sensitive'),
  /** Where a username must be unique on create. */
  uniqueWithin: z._default(z.enum(['account', 'retailer']), 'account'),
  /** Where lookup and update search: in the account, or in the user's retailer (the first one). */
  searchWithin: z._default(z.enum(['account', 'retailer']), 'account'),
  lengthUnit: z._default(z.enum(['utf16', 'codePoints', 'bytes']), 'utf16'),
  defaultPageSize: z._default(pageSize, 10),
  maxPageSize: z._default(pageSize, 100),
  accountHeaderRequired: z._default(z.boolean(), false),
  /** The answer to a missing permission: the GraphQL error, or an HTTP status for the whole request. */
  permissionDenied: z._default(z.union([z.literal('C0020E'), z.literal(401), z.literal(403)]), 'C0020E'),
  /** Permissions of the integration user. */
  permissions: z._default(z.array(z.string()), [
    'CUSTOMER_VIEW',
    'CUSTOMER_CREATE',
    'CUSTOMER_UPDATE',
    'RETAILER_VIEW',
  ]),
  /** `expires_in` of new tokens, in seconds. */
  tokenLifetimeSeconds: z._default(z.number().check(z.positive()), 86_386),
});
export type FluentSwitches = z.infer<typeof fluentSwitches>;
