import * as z from 'zod/mini';
import { ConnectorError } from '../../core/errors.ts';
import type { FluentWriter, FoundCustomer } from '../../core/ports/fluent-writer.ts';
import { createFluentGraphql, type FluentOptions } from './fluent-graphql.ts';

const CUSTOMER = '{ username department retailer { id } attributes { name type value } }';
const FIND_BY_USERNAME = `query CustomerByRef($ref: String!) { customer(ref: $ref) ${CUSTOMER} }`;
const FIND_BY_EMAIL = `query CustomersByEmail($email: [String!]) { customers(primaryEmail: $email, first: 10) { edges { node ${CUSTOMER} } } }`;
const CREATE =
  'mutation CreateCustomer($input: CreateCustomerInput!) { createCustomer(input: $input) { username } }';
const UPDATE =
  'mutation UpdateCustomer($input: UpdateCustomerInput!) { updateCustomer(input: $input) { username } }';

const customer = z.object({
  username: z.string(),
  department: z.nullish(z.string()),
  retailer: z.nullish(z.object({ id: z.union([z.string(), z.number()]) })),
  attributes: z.nullish(z.array(z.object({ name: z.string(), type: z.string(), value: z.unknown() }))),
});
const byUsername = z.object({ customer: z.nullish(customer) });
const byEmail = z.object({
  customers: z.nullish(z.object({ edges: z.array(z.object({ node: customer })) })),
});
const created = z.object({ createCustomer: z.object({ username: z.string() }) });
const updated = z.object({ updateCustomer: z.nullish(z.object({ username: z.string() })) });

/** Fluent over GraphQL; see `FluentWriter`. */
export function createFluentWriter(options: FluentOptions): FluentWriter {
  const graphql = createFluentGraphql(options);
  return {
    async findByUsername(username) {
      const answer = await unless(
        ['C0120E'],
        graphql(FIND_BY_USERNAME, { ref: username }, byUsername, 'read'),
      );
      const found = answer?.customer;
      // A lookup that matched loosely is no match: another customer's record must never be taken for ours.
      return found && found.username === username ? toFound(found) : undefined;
    },

    async findByEmail(email) {
      const answer = await graphql(FIND_BY_EMAIL, { email: [email] }, byEmail, 'read');
      return (answer.customers?.edges ?? []).map(({ node }) => toFound(node));
    },

    async create(input) {
      const answer = await unless(
        ['C0123E'],
        graphql(CREATE, { input }, created, 'write').catch(rethrowUnknownRetailer),
      );
      return answer ? 'created' : 'duplicate';
    },

    async update(input) {
      const answer = await unless(['C0120E'], graphql(UPDATE, { input }, updated, 'write'));
      return answer?.updateCustomer ? 'updated' : 'unknown';
    },
  };
}

/** The only entity that a create refers to is the retailer, and that is a setting. */
function rethrowUnknownRetailer(error: unknown): never {
  if (!(error instanceof ConnectorError) || error.code !== 'C0120E') throw error;
  throw new ConnectorError(
    { failureClass: 'configuration', code: 'C0120E' },
    'Fluent does not know the retailer of the settings.',
  );
}

/** Some codes are answers, not errors: "already there", "not there". */
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
    attributes: found.attributes ?? [],
  };
}
