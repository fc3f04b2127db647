import * as z from 'zod/mini';
import { type Finding, ok, type Probe, problem, unknown } from './check.ts';
import { FLUENT_QUERY } from './fluent-probes.ts';
import type { FluentSession } from './fluent-session.ts';
import type { HttpAnswer } from './http.ts';
import { codeOf, isOutage, outage } from './outage-check.ts';

/** Fields that the mapper sends with every create. */
const ALWAYS_SENT = ['username', 'primaryEmail', 'promotionOptIn', 'retailer', 'firstName', 'timezone'];
/** Customers whose usernames are tried; none of them is shown. */
const TRIED = 20;

const typeRef = z.object({
  kind: z.string(),
  name: z.nullish(z.string()),
  ofType: z.nullish(z.object({ name: z.nullish(z.string()) })),
});
const inputType = z.nullish(
  z.object({ inputFields: z.nullish(z.array(z.object({ name: z.string(), type: typeRef }))) }),
);
const introspection = z.object({
  create: inputType,
  update: inputType,
  mutation: z.nullish(
    z.object({
      fields: z.nullish(
        z.array(z.object({ name: z.string(), args: z.array(z.object({ name: z.string(), type: typeRef })) })),
      ),
    }),
  ),
});
const INTROSPECT = `query {
  create: __type(name: "CreateCustomerInput") { inputFields { name type { kind name ofType { name } } } }
  update: __type(name: "UpdateCustomerInput") { inputFields { name type { kind name ofType { name } } } }
  mutation: __type(name: "Mutation") { fields { name args { name type { kind name ofType { name } } } } }
}`;
const page = z.object({
  customers: z.nullish(
    z.object({
      edges: z.array(z.object({ node: z.nullish(z.object({ username: z.nullish(z.string()) })) })),
      pageInfo: z.nullish(z.object({ hasNextPage: z.nullish(z.boolean()) })),
    }),
  ),
});
const found = z.object({ customer: z.nullish(z.object({ username: z.string() })) });

/** What Fluent's documentation leaves open and an account answers without a write. */
export function fluentUnknowns(session: FluentSession): Probe[] {
  return [
    { check: 'Fluent: fields of a customer', look: () => lookAtSchema(session) },
    { check: 'Fluent: header fluent.account', look: () => lookAtHeader(session) },
    { check: 'Fluent: how a GraphQL error comes', look: () => lookAtErrors(session) },
    { check: 'Fluent: page size of customers', needs: FLUENT_QUERY, look: () => lookAtPages(session) },
    { check: 'Fluent: case of usernames', needs: FLUENT_QUERY, look: () => lookAtCase(session) },
  ];
}

async function lookAtSchema({ graphql }: FluentSession): Promise<Finding> {
  const schema = await graphql({ query: INTROSPECT, schema: introspection }, {}).catch(codeOf);
  if (typeof schema === 'string') return unknown(`the schema cannot be asked for: ${schema}`);
  const { create, update, mutation } = schema;
  const takesInput = mutation?.fields
    ?.find(({ name }) => name === 'updateCustomer')
    ?.args.some(
      ({ name, type }) => name === 'input' && (type.name ?? type.ofType?.name) === 'UpdateCustomerInput',
    );
  if (!create?.inputFields || !update?.inputFields || !takesInput) {
    return problem(
      'updateCustomer(input: UpdateCustomerInput) is not there',
      'The account has another API version. Report this before you go live.',
    );
  }
  const required = create.inputFields.filter(({ type }) => type.kind === 'NON_NULL').map(({ name }) => name);
  const surprising = required.filter((name) => !ALWAYS_SENT.includes(name));
  if (surprising.length > 0) {
    return problem(
      `a create also requires ${surprising.join(', ')}`,
      'The mapper does not always send these. Extend lambdas/handlers/customer/mapper.ts.',
    );
  }
  return ok(`a create requires ${required.join(', ')}: always sent`);
}

/** The connector sends it always. */
async function lookAtHeader({ raw, logIn }: FluentSession): Promise<Finding> {
  const { token } = await logIn();
  if (token === undefined) return unknown('not asked: no token');
  const { status } = await raw(token, 'query { __typename }');
  if (isOutage(status)) throw outage('Fluent', status);
  return ok(status === 200 ? 'not needed; sent anyway' : `needed (HTTP ${status} without); always sent`);
}

/** Asks for a field that does not exist. */
async function lookAtErrors({ raw, logIn, connection }: FluentSession): Promise<Finding> {
  const { token } = await logIn();
  if (token === undefined) return unknown('not asked: no token');
  const answer = await raw(token, 'query { connectorDoctorAsksForNothing }', {
    'fluent.account': connection.accountId,
  });
  if (!hasErrors(answer)) {
    if (isOutage(answer.status)) throw outage('Fluent', answer.status);
    return problem(
      `HTTP ${answer.status} without "errors"`,
      'The connector would judge such an answer by its status alone. Report this before you go live.',
    );
  }
  return ok(`HTTP ${answer.status} with "errors", as the connector reads it`);
}

function hasErrors({ body }: HttpAnswer): boolean {
  const read = z.object({ errors: z.array(z.unknown()).check(z.minLength(1)) }).safeParse(body);
  return read.success;
}

async function lookAtPages({ graphql }: FluentSession): Promise<Finding> {
  const sizeOf = async (argument: string) => {
    const query = `query { customers${argument} { edges { node { username } } pageInfo { hasNextPage } } }`;
    const { customers } = await graphql({ query, schema: page }, {});
    return { count: customers?.edges.length ?? 0, isCut: customers?.pageInfo?.hasNextPage === true };
  };
  const usual = await sizeOf('');
  if (!usual.isCut)
    return unknown(`all ${usual.count} customers are on one page`, 'Ask again when there are more.');
  const large = await sizeOf('(first: 500)').catch(codeOf);
  if (typeof large === 'string') return ok(`${usual.count} by default; 500 are refused with ${large}`);
  return ok(`${usual.count} by default, ${large.isCut ? 'at most' : 'at least'} ${large.count}`);
}

/** A username that differs in case only must be somebody else's. */
async function lookAtCase({ graphql }: FluentSession): Promise<Finding> {
  const query = `query { customers(first: ${TRIED}) { edges { node { username } } } }`;
  const { customers } = await graphql({ query, schema: page }, {});
  const usernames = (customers?.edges ?? []).map(({ node }) => node?.username ?? '');
  const tried = usernames.find(
    (username) => swapCase(username) !== username && !usernames.includes(swapCase(username)),
  );
  if (tried === undefined)
    return unknown(
      'no customer yet whose username has letters',
      'Ask again when some are synced, or use --write-probes.',
    );
  const ask = 'query($ref: String!) { customer(ref: $ref) { username } }';
  const answer = await graphql({ query: ask, schema: found }, { ref: swapCase(tried) }).catch(codeOf);
  if (typeof answer === 'string')
    return answer === 'C0120E' ? ok('usernames are case-sensitive') : unknown(answer);
  return answer.customer
    ? ok('usernames ignore case; the connector takes a loose match as no match, so take an id strategy')
    : ok('usernames are case-sensitive');
}

function swapCase(text: string): string {
  return [...text]
    .map((each) => (each === each.toLowerCase() ? each.toUpperCase() : each.toLowerCase()))
    .join('');
}
