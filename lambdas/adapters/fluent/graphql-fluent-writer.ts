import * as z from 'zod/mini';
import { ConnectorError } from '../../core/base/errors.ts';
import type {
  FluentCustomerFields,
  FluentWriter,
  FoundCustomer,
} from '../../core/delivery/ports/fluent-writer.ts';
import { createFluentGraphql, type FluentOptions } from './fluent-graphql.ts';

const SCALARS = 'primaryEmail firstName lastName title primaryPhone country timezone promotionOptIn';
const CUSTOMER = `{ username department ${SCALARS} retailer { id } attributes { name type value } }`;
const FIND_BY_USERNAME = `query CustomerByRef($ref: String!) { customer(ref: $ref) ${CUSTOMER} }`;
const FIND_BY_EMAIL = `query CustomersByEmail($email: [String!]) { customers(primaryEmail: $email, first: 10) { edges { node ${CUSTOMER} } } }`;
/** Costs a small part of the 11,111 points that a query may cost. */
const PAGE = 100;
const LIST = `query Customers($after: String) { customers(first: ${PAGE}, after: $after) { edges { cursor node { username attributes { name type value } } } pageInfo { hasNextPage } } }`;
const PING = 'query Ping { customers(first: 1) { edges { cursor } } }';
const CREATE =
  'mutation CreateCustomer($input: CreateCustomerInput!) { createCustomer(input: $input) { username } }';
const UPDATE =
  'mutation UpdateCustomer($input: UpdateCustomerInput!) { updateCustomer(input: $input) { username } }';

const text = z.nullish(z.string());
const attributes = z.nullish(z.array(z.object({ name: z.string(), type: z.string(), value: z.unknown() })));
const customer = z.object({
  username: z.string(),
  department: text,
  primaryEmail: text,
  firstName: text,
  lastName: text,
  title: text,
  primaryPhone: text,
  country: text,
  timezone: text,
  promotionOptIn: z.nullish(z.boolean()),
  retailer: z.nullish(z.object({ id: z.union([z.string(), z.number()]) })),
  attributes,
});
const byUsername = z.object({ customer: z.nullish(customer) });
const byEmail = z.object({
  customers: z.nullish(z.object({ edges: z.array(z.object({ node: customer })) })),
});
const page = z.object({
  customers: z.object({
    edges: z.array(z.object({ cursor: text, node: z.object({ username: text, attributes }) })),
    pageInfo: z.nullish(z.object({ hasNextPage: z.nullish(z.boolean()) })),
  }),
});
const pinged = z.object({ customers: z.unknown() });
const created = z.object({ createCustomer: z.object({ username: z.string() }) });
const updated = z.object({ updateCustomer: z.nullish(z.object({ username: z.string() })) });

const findByUsername = { query: FIND_BY_USERNAME, schema: byUsername };
const findByEmail = { query: FIND_BY_EMAIL, schema: byEmail };
const list = { query: LIST, schema: page };
const ping = { query: PING, schema: pinged };
const create = { query: CREATE, schema: created, isWrite: true } as const;
const update = { query: UPDATE, schema: updated, isWrite: true } as const;

/** Fluent over GraphQL; see `FluentWriter`. */
export function createFluentWriter(options: FluentOptions): FluentWriter {
  const graphql = createFluentGraphql(options);
  return {
    async findByUsername(username) {
      const answer = await unless(['C0120E'], graphql(findByUsername, { ref: username }));
      const found = answer?.customer;
      // A loose match does not count: the record may belong to another customer.
      return found && found.username === username ? toFound(found) : undefined;
    },

    async findByEmail(email) {
      const answer = await graphql(findByEmail, { email: [email] });
      return (answer.customers?.edges ?? []).map(({ node }) => toFound(node));
    },

    async list({ after }) {
      const { customers } = await graphql(list, { after: after ?? null });
      const next = customers.pageInfo?.hasNextPage === true ? customers.edges.at(-1)?.cursor : undefined;
      return {
        customers: customers.edges.flatMap(({ node: { username, attributes } }) =>
          username ? [{ username, attributes: attributes ?? [] }] : [],
        ),
        ...(next && { next }),
      };
    },

    async ping() {
      await graphql(ping, {});
    },

    async create(input) {
      const answer = await unless(['C0123E'], graphql(create, { input }).catch(rethrowUnknownRetailer));
      return answer ? 'created' : 'duplicate';
    },

    async update(input) {
      const answer = await unless(['C0120E'], graphql(update, { input }));
      return answer?.updateCustomer ? 'updated' : 'unknown';
    },
  };
}

/** A create refers to the retailer only, and the retailer is a setting. */
function rethrowUnknownRetailer(error: unknown): never {
  if (!(error instanceof ConnectorError) || error.code !== 'C0120E') throw error;
  throw new ConnectorError(
    { failureClass: 'configuration', code: 'C0120E' },
    'Fluent does not know the retailer in the settings.',
  );
}

/** undefined if the call fails with one of these codes: "exists already" and "does not exist" are answers, not errors. */
async function unless<T>(codes: readonly string[], call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ConnectorError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

function toFound(found: z.infer<typeof customer>): FoundCustomer {
  return {
    username: found.username,
    ...(found.retailer && { retailerId: String(found.retailer.id) }),
    ...(found.department && { department: found.department }),
    fields: fieldsOf(found),
    attributes: found.attributes ?? [],
  };
}

function fieldsOf(found: z.infer<typeof customer>): FluentCustomerFields {
  const { primaryEmail, firstName, lastName, title, primaryPhone, country, timezone, promotionOptIn } = found;
  const all = { primaryEmail, firstName, lastName, title, primaryPhone, country, timezone, promotionOptIn };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}
