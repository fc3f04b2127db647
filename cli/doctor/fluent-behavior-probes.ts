import * as z from 'zod/mini';
import { FLUENT_QUERY, foundCustomer } from './fluent-probes.ts';
import type { FluentSession } from './fluent-session.ts';
import { codeOf, isOutage, outage } from './outages.ts';
import { type Finding, ok, type Probe, problem, unexpected, unknown } from './probe.ts';
import type { HttpAnswer } from './probe-http.ts';

/** Fields that the mapper sends with every create. */
const ALWAYS_SENT = ['username', 'primaryEmail', 'promotionOptIn', 'retailer', 'firstName', 'timezone'];
/** Number of customers whose usernames are read; none is shown. */
const SAMPLE = 20;

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

/** Checks behavior that Fluent's documentation leaves open, as far as reading shows it. */
export function fluentBehaviorProbes(session: FluentSession): Probe[] {
  return [
    { check: 'Fluent: fields of a customer', run: () => checkSchema(session) },
    { check: 'Fluent: header fluent.account', run: () => checkHeader(session) },
    { check: 'Fluent: HTTP status of GraphQL errors', run: () => checkErrors(session) },
    { check: 'Fluent: page size of customers', needs: FLUENT_QUERY, run: () => checkPages(session) },
    { check: 'Fluent: case of usernames', needs: FLUENT_QUERY, run: () => checkCase(session) },
  ];
}

async function checkSchema({ graphql }: FluentSession): Promise<Finding> {
  const schema = await graphql({ query: INTROSPECT, schema: introspection }, {}).catch(codeOf);
  if (typeof schema === 'string') return unknown(`the schema cannot be read: ${schema}`);
  const { create, update, mutation } = schema;
  const takesInput = mutation?.fields
    ?.find(({ name }) => name === 'updateCustomer')
    ?.args.some(
      ({ name, type }) => name === 'input' && (type.name ?? type.ofType?.name) === 'UpdateCustomerInput',
    );
  if (!create?.inputFields || !update?.inputFields || !takesInput) {
    const missing = 'updateCustomer(input: UpdateCustomerInput) does not exist';
    return unexpected(missing, 'The account has another API version.');
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

/** The connector always sends the header. */
async function checkHeader({ raw, logIn }: FluentSession): Promise<Finding> {
  const { token } = await logIn();
  if (token === undefined) return unknown('not checked: no token');
  const { status } = await raw(token, 'query { __typename }');
  if (isOutage(status)) throw outage('Fluent', status);
  return ok(
    status === 200 ? 'not required; sent anyway' : `required (HTTP ${status} without it); always sent`,
  );
}

/** Queries a field that does not exist. */
async function checkErrors({ raw, logIn, connection }: FluentSession): Promise<Finding> {
  const { token } = await logIn();
  if (token === undefined) return unknown('not checked: no token');
  const answer = await raw(token, 'query { connectorDoctorAsksForNothing }', {
    'fluent.account': connection.accountId,
  });
  if (!hasErrors(answer)) {
    if (isOutage(answer.status)) throw outage('Fluent', answer.status);
    const consequence = 'The connector would read only the status of such an answer.';
    return unexpected(`HTTP ${answer.status} without "errors"`, consequence);
  }
  return ok(`HTTP ${answer.status} with "errors", as the connector expects`);
}

function hasErrors({ body }: HttpAnswer): boolean {
  const read = z.object({ errors: z.array(z.unknown()).check(z.minLength(1)) }).safeParse(body);
  return read.success;
}

async function checkPages({ graphql }: FluentSession): Promise<Finding> {
  const sizeOf = async (argument: string) => {
    const query = `query { customers${argument} { edges { node { username } } pageInfo { hasNextPage } } }`;
    const { customers } = await graphql({ query, schema: page }, {});
    return { count: customers?.edges.length ?? 0, isCut: customers?.pageInfo?.hasNextPage === true };
  };
  const standard = await sizeOf('');
  if (!standard.isCut)
    return unknown(`all ${standard.count} customers fit on one page`, 'Check again when there are more.');
  const large = await sizeOf('(first: 500)').catch(codeOf);
  if (typeof large === 'string') return ok(`${standard.count} by default; 500 are refused with ${large}`);
  return ok(`${standard.count} by default, ${large.isCut ? 'at most' : 'at least'} ${large.count}`);
}

/** A username with other case must belong to another customer. */
async function checkCase({ graphql }: FluentSession): Promise<Finding> {
  const query = `query { customers(first: ${SAMPLE}) { edges { node { username } } } }`;
  const { customers } = await graphql({ query, schema: page }, {});
  const usernames = (customers?.edges ?? []).map(({ node }) => node?.username ?? '');
  const tried = usernames.find(
    (username) => swapCase(username) !== username && !usernames.includes(swapCase(username)),
  );
  if (tried === undefined)
    return unknown(
      'no customer has a username with letters yet',
      'Check again when customers are synced, or use --write-probes.',
    );
  const lookup = 'query($ref: String!) { customer(ref: $ref) { username } }';
  const answer = await graphql({ query: lookup, schema: foundCustomer }, { ref: swapCase(tried) }).catch(
    codeOf,
  );
  if (typeof answer === 'string')
    return answer === 'C0120E' ? ok('usernames are case-sensitive') : unknown(answer);
  return answer.customer
    ? ok('usernames ignore case; the connector accepts exact matches only, so use an id strategy')
    : ok('usernames are case-sensitive');
}

function swapCase(text: string): string {
  return [...text]
    .map((each) => (each === each.toLowerCase() ? each.toUpperCase() : each.toLowerCase()))
    .join('');
}
