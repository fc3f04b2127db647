import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import type { FluentConnection } from '../connections.ts';
import { drawFault } from '../fault-plan.ts';
import { createRandom, type Random } from '../random.ts';
import { Account, type Write } from './account.ts';
import { answerAdmin } from './admin.ts';
import type { FluentCustomer } from './customer.ts';
import { customerPage } from './customer-page.ts';
import { type FluentFaults, fluentFaults, type Operation, requestFaults } from './faults.ts';
import { answerWithFault, sendAnswer } from './faulty-answer.ts';
import { HttpError } from './fluent-error.ts';
import { answerOf, answerRequest, type GraphqlRequest, readRequest } from './graphql-endpoint.ts';
import { readBody, send, sendJson } from './http.ts';
import { type FluentSwitches, fluentSwitches } from './switches.ts';
import { TokenIssuer } from './tokens.ts';

export interface FluentTwinOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly accountId: string;
  /** The first one is the integration user's. Default: "1". */
  readonly retailerIds?: readonly string[];
  /** Seed of the faults. Default: 1. */
  readonly seed?: number;
  readonly switches?: Partial<FluentSwitches>;
  readonly now?: () => Date;
}

/** Number of requests per operation, successful or not. `lookup` is every customer query. */
export type FluentCalls = Readonly<Record<'token' | Operation, number>>;

/** A Fluent account over HTTP on 127.0.0.1. */
export interface FluentTwin {
  /** http://127.0.0.1:<port>: `/graphql`, `/oauth/token`, and `/customers` for a browser. */
  readonly url: string;
  /** Can be changed at run time. */
  faults: FluentFaults;
  switches: FluentSwitches;
  connection(): FluentConnection;
  /** All customers, in order of creation. Read-only. */
  customers(): readonly FluentCustomer[];
  calls(): FluentCalls;
  /** All writes, in order. */
  writes(): readonly Write[];
  /** Revokes every token. */
  expireTokens(): void;
  /** Removes customers, counts, writes and faults; switches stay. */
  reset(): void;
  stop(): Promise<void>;
}

export async function startFluentTwin(options: FluentTwinOptions): Promise<FluentTwin> {
  const { accountId, retailerIds = ['1'], now = () => new Date() } = options;
  const user = {
    accountId,
    clientId: accountId,
    clientSecret: 'twin-client-secret',
    username: 'twin-connector',
    password: 'twin-password',
  };
  const account = new Account({ retailerIds, now, switches: () => twin.switches });
  const tokens = new TokenIssuer({
    user,
    retailerId: retailerIds[0] ?? '',
    now,
    lifetimeSeconds: () => twin.switches.tokenLifetimeSeconds,
  });
  const calls = noCalls();
  const stopping = new AbortController();

  const twin: FluentTwin = {
    url: '',
    faults: fluentFaults.parse({}),
    switches: fluentSwitches.parse(options.switches ?? {}),
    connection: () => ({ rootUrl: twin.url, ...user }),
    customers: () => account.customers.all(),
    calls: () => ({ ...calls }),
    writes: () => account.writes,
    expireTokens: () => tokens.expireAll(),
    reset() {
      account.clear();
      Object.assign(calls, noCalls());
      twin.faults = fluentFaults.parse({});
    },
    async stop() {
      stopping.abort();
      // Hanging requests, and connections that were just accepted, would keep the server open.
      const closing = setInterval(() => server.closeAllConnections(), 50);
      await new Promise((resolve) => server.close(resolve));
      clearInterval(closing);
    },
  };

  const parts = {
    twin,
    account,
    tokens,
    calls,
    random: createRandom(options.seed ?? 1),
    stopping: stopping.signal,
    accountId,
  };
  const server = createServer((request, response) => {
    answer(parts, request, response).catch((error: unknown) => answerError(twin, response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(twin, { url: `http://127.0.0.1:${port}` });
}

const noCalls = (): Record<'token' | Operation, number> => ({
  token: 0,
  lookup: 0,
  create: 0,
  update: 0,
  other: 0,
});

interface Parts {
  readonly twin: FluentTwin;
  readonly account: Account;
  readonly tokens: TokenIssuer;
  readonly calls: Record<'token' | Operation, number>;
  readonly random: Random;
  readonly stopping: AbortSignal;
  readonly accountId: string;
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (url.pathname.startsWith('/_twin/')) return answerAdmin(parts.twin, request, response);
  switch (`${request.method} ${url.pathname}`) {
    case 'POST /oauth/token':
      return answerToken(parts, request, response, url.searchParams);
    case 'POST /graphql':
      return answerGraphql(parts, request, response);
    case 'GET /':
    case 'GET /customers':
      return send(response, 200, {
        type: 'text/html',
        body: customerPage(parts.accountId, parts.twin.customers()),
      });
    default:
      throw new HttpError(404, 'not_found', 'Not found.');
  }
}

async function answerToken(
  { twin, tokens, calls, random }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  calls.token += 1;
  const form = new URLSearchParams(await readBody(request));
  if (drawFault(twin.faults, ['tokenEndpointDown'], random))
    throw new HttpError(503, 'unavailable', 'Unavailable.');
  sendJson(response, 200, tokens.issue(form, query));
}

async function answerGraphql(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { twin, account, tokens, calls, random, stopping } = parts;
  const text = await readBody(request);
  const { authorization } = request.headers;
  tokens.check(authorization);
  requireAccount(parts, request);

  const graphql = readRequest(text);
  for (const operation of graphql.operations) calls[operation] += 1;
  const perform = () => answerRequest(account, graphql, twin.switches);
  const fault = canGetFault(twin.faults, graphql) ? drawFault(twin.faults, requestFaults, random) : undefined;
  if (!fault) return sendAnswer(response, await perform());
  return answerWithFault(fault, {
    response,
    perform,
    expireToken: () => tokens.expire(authorization),
    faults: twin.faults,
    switches: twin.switches,
    sleep: (milliseconds) => sleepUnless(stopping, milliseconds),
  });
}

const canGetFault = ({ operations }: FluentFaults, graphql: GraphqlRequest) =>
  operations === undefined || graphql.operations.some((operation) => operations.includes(operation));

function requireAccount({ twin, accountId }: Parts, request: IncomingMessage): void {
  const given = request.headers['fluent.account'];
  if (given === accountId || (given === undefined && !twin.switches.accountHeaderRequired)) return;
  throw new HttpError(403, 'access_denied', 'The account is missing or is not the one of the token.');
}

function answerError(twin: FluentTwin, response: ServerResponse, error: unknown): void {
  if (error instanceof HttpError) {
    sendJson(response, error.status, { error: error.code, error_description: error.message });
  } else if (error instanceof GraphQLError) {
    // A query that does not parse.
    sendAnswer(response, answerOf({ errors: [error] }, twin.switches));
  } else {
    sendJson(response, 500, { message: error instanceof Error ? error.message : String(error) });
  }
}

/** Resolves early when the twin stops. */
async function sleepUnless(stopping: AbortSignal, milliseconds: number): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal: stopping }).catch(() => undefined);
}
