import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import type { Account } from './account.ts';
import type { CreateCustomerInput, UpdateCustomerInput } from './customer.ts';
import type { SearchArguments } from './customer-search.ts';
import type { Operation } from './faults.ts';
import { FluentError, HttpError } from './fluent-error.ts';
import { schema } from './schema.ts';
import type { FluentSwitches } from './switches.ts';

export interface GraphqlRequest {
  readonly document: DocumentNode;
  /** Errors of the query against the schema. */
  readonly violations: readonly GraphQLError[];
  readonly variables: Record<string, unknown> | undefined;
  readonly operationName: string | undefined;
  /** One per root field; each alias counts. */
  readonly operations: readonly Operation[];
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly body: { readonly data?: unknown; readonly errors?: readonly AnsweredError[] };
}

interface AnsweredError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { line: number; column: number }[];
  readonly extensions?: { readonly code: string };
}

/** A parsed query. Clients repeat the same few queries, so each is parsed once. */
interface KnownQuery {
  readonly document: DocumentNode;
  readonly violations: readonly GraphQLError[];
}
const knownQueries = new Map<string, KnownQuery>();
const maxKnownQueries = 200;

/** Throws HttpError 400 if the body is not a GraphQL request, GraphQLError if the query does not parse. */
export function readRequest(text: string): GraphqlRequest {
  const body = jsonObject(text);
  if (typeof body['query'] !== 'string') throw new HttpError(400, 'bad_request', 'The body has no query.');
  const { document, violations } = knownQuery(body['query']);
  const operationName = typeof body['operationName'] === 'string' ? body['operationName'] : undefined;
  return {
    document,
    violations,
    operationName,
    variables: (body['variables'] ?? undefined) as Record<string, unknown> | undefined,
    operations: operationsOf(document, operationName),
  };
}

/** Executes the request on the account; the answer has Fluent's form. */
export async function answerRequest(
  account: Account,
  request: GraphqlRequest,
  switches: FluentSwitches,
): Promise<GraphqlAnswer> {
  if (request.violations.length > 0) return answerOf({ errors: request.violations }, switches);
  const result = await execute({
    schema,
    document: request.document,
    rootValue: resolvers(account),
    ...(request.variables ? { variableValues: request.variables } : {}),
    ...(request.operationName ? { operationName: request.operationName } : {}),
  });
  return answerOf(result, switches);
}

/** The answer to a request that failed as a whole. */
export const failedAnswer = (error: FluentError, switches: FluentSwitches): GraphqlAnswer => ({
  status: switches.statusOfErrors,
  body: { data: null, errors: [{ message: error.message, ...codeMember(error.code, switches) }] },
});

export function answerOf(result: ExecutionResult, switches: FluentSwitches): GraphqlAnswer {
  if (!result.errors) return { status: 200, body: { data: result.data } };
  const codes = result.errors.map(codeOf);
  if (codes.includes('C0020E') && switches.permissionDenied !== 'C0020E') {
    throw new HttpError(switches.permissionDenied, 'access_denied', 'Missing permission.');
  }
  const errors = result.errors.map((error, index) => answeredError(error, codes[index], switches));
  const data = result.data === undefined ? {} : { data: result.data };
  return { status: switches.statusOfErrors, body: { ...data, errors } };
}

function resolvers(account: Account) {
  return {
    customer: ({ ref }: { ref: string }) => withRetailer(account, account.customer(ref)),
    customerById: ({ id }: { id: string }) => withRetailer(account, account.customerById(id)),
    customers(search: SearchArguments) {
      const { edges, pageInfo } = account.search(search);
      return {
        edges: edges.map(({ node, cursor }) => ({ node: withRetailer(account, node), cursor })),
        pageInfo,
      };
    },
    retailer: ({ ref }: { ref: string }) => account.retailer((retailer) => retailer.ref === ref),
    retailerById: ({ id }: { id: string }) => account.retailer((retailer) => retailer.id === id),
    createCustomer: ({ input }: { input?: CreateCustomerInput | null }) =>
      withRetailer(account, account.create(present(input))),
    updateCustomer: ({ input }: { input?: UpdateCustomerInput | null }) =>
      withRetailer(account, account.update(present(input))),
  };
}

/** `retailer` requires its own permission, so it is resolved only when the query selects it. */
function withRetailer(account: Account, customer: ReturnType<Account['customer']>) {
  return customer && { ...customer, retailer: () => account.retailerOfCustomer(customer) };
}

function present<Input>(input: Input | null | undefined): Input {
  if (input == null) throw new FluentError('C0140E', 'input is required');
  return input;
}

function answeredError(
  error: GraphQLError,
  code: string | undefined,
  switches: FluentSwitches,
): AnsweredError {
  const startsWithCode = code === undefined || error.message.startsWith(code);
  return {
    message: startsWithCode ? error.message : `${code}: ${error.message}`,
    ...(error.path ? { path: error.path } : {}),
    ...(error.locations ? { locations: error.locations } : {}),
    ...(code ? codeMember(code, switches) : {}),
  };
}

const codeMember = (code: string, { errorCodeIn }: FluentSwitches) =>
  errorCodeIn === 'extensions' ? { extensions: { code } } : {};

/** A missing required value has a code; other schema violations are plain GraphQL errors. */
function codeOf(error: GraphQLError): string | undefined {
  if (error.originalError instanceof FluentError) return error.originalError.code;
  const missing = /required field|non-null type|is required/.test(error.message);
  return missing ? 'C0140E' : undefined;
}

function knownQuery(text: string): KnownQuery {
  const known = knownQueries.get(text);
  if (known) return known;
  const document = parse(text);
  const query = { document, violations: validate(schema, document) };
  if (knownQueries.size >= maxKnownQueries) knownQueries.clear();
  knownQueries.set(text, query);
  return query;
}

const operationOfField: Record<string, Operation> = {
  customer: 'lookup',
  customerById: 'lookup',
  customers: 'lookup',
  createCustomer: 'create',
  updateCustomer: 'update',
};

function operationsOf(document: DocumentNode, operationName: string | undefined): Operation[] {
  const selections = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  return selections.map((selection) =>
    selection.kind === 'Field' ? (operationOfField[selection.name.value] ?? 'other') : 'other',
  );
}

function jsonObject(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {
    // The error below covers this case too.
  }
  throw new HttpError(400, 'bad_request', 'The body is not valid JSON.');
}
