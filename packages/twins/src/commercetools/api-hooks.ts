import type { Customer } from '@commercetools/platform-sdk';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { drawFault } from '../fault-plan.ts';
import type { Random } from '../random.ts';
import { ApiError, notFound, requireVersion } from './api-error.ts';
import type { ApiClient, TokenIssuer } from './clients.ts';
import {
  asRead,
  deleteCustomer,
  listCustomers,
  many,
  type QueryString,
  type ReadFault,
  requiredVersion,
} from './customer-endpoints.ts';
import type { CommercetoolsFaults } from './faults.ts';
import { answerWithFault, replacingFaults, sendError } from './http-faults.ts';
import { requireScopes } from './scopes.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { TwinStorage } from './twin-storage.ts';

interface Api {
  readonly projectKey: string;
  readonly storage: TwinStorage;
  readonly subscriptions: Subscriptions;
  readonly tokens: TokenIssuer;
  readonly requests: Map<string, number>;
  readonly random: Random;
  readonly faults: () => CommercetoolsFaults;
}

/** Every other status is a configuration error: 400. */
const healthCodes = new Map([
  ['Healthy', 200],
  ['TemporaryError', 503],
]);

type Params = Readonly<Record<string, string>>;

/**
 * Corrects and completes the mock's HTTP side with hooks around its routes; call it before the mock listens.
 * Order per request: count, token and scope, fault, own endpoints, the mock.
 */
export function addApiHooks(app: FastifyInstance, api: Api): void {
  const clientOf = new WeakMap<FastifyRequest, ApiClient>();

  app.addHook('onRequest', async (request, reply) => {
    const template = templateOf(request);
    if (template.startsWith('/_twin')) return;
    const name = `${request.method} ${template}`;
    api.requests.set(name, (api.requests.get(name) ?? 0) + 1);
    if (template === '/unknown')
      return sendError(reply, new ApiError(404, 'ResourceNotFound', `URI not found: ${request.url}`));
    if (template === '/oauth/token' || template.endsWith('/health')) return;

    const { authorization } = request.headers;
    const token = api.tokens.check(authorization);
    clientOf.set(request, token.client);
    // The mock takes `createdBy` and `lastModifiedBy` from here.
    Object.assign(request, { credentials: { clientId: token.client.clientId, clientSecret: '' } });
    requireScopes(accessRequest(request, template), token.scopes);

    if (token.client.exemptFromFaults) return;
    const fault = drawFault(api.faults().http, replacingFaults, api.random);
    if (fault === 'tokenExpired') api.tokens.expire(authorization);
    if (fault) return answerWithFault(fault, reply, api.faults());
  });

  // Bodies are parsed by now.
  app.addHook('preHandler', async (request, reply) => {
    const readFault = (): ReadFault =>
      clientOf.get(request)?.exemptFromFaults
        ? undefined
        : drawFault(api.faults().http, ['staleRead', 'staleNotFound'], api.random);
    return ownEndpoint(api, request, reply, readFault);
  });

  app.get('/:projectKey/subscriptions/:id/health', async (request, reply) => {
    const subscription = api.subscriptions.get((request.params as Params)['id'] ?? '');
    if (!subscription) return sendError(reply, notFound((request.params as Params)['id'] ?? ''));
    const { status } = subscription;
    return reply.code(healthCodes.get(status) ?? 400).send({ status });
  });

  answerErrors(app);
}

/** The mock's error handler turns unknown errors into a 500, and Fastify warns about a second error handler. */
function answerErrors(app: FastifyInstance): void {
  const errorOf = new WeakMap<FastifyRequest, ApiError>();
  app.addHook('onError', async (request, _, error) => {
    errorOf.set(request, asApiError(error));
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const error = errorOf.get(request);
    if (!error) return payload;
    reply.code(error.status).type('application/json');
    return JSON.stringify(error.body());
  });
}

/** Answers the request, or returns undefined: then the mock answers it. */
async function ownEndpoint(
  api: Api,
  request: FastifyRequest,
  reply: FastifyReply,
  readFault: () => ReadFault,
) {
  const params = request.params as Params;
  const query = request.query as QueryString;
  switch (`${request.method} ${templateOf(request)}`) {
    case 'POST /oauth/token':
      return issueToken(api, request, reply);
    case 'GET /customers':
    case 'HEAD /customers':
      return reply.send(await listCustomers(api.storage, api.projectKey, query, readFault));
    case 'GET /customers/{id}':
    case 'GET /customers/key={key}':
      return readUnderFault(api, customerOf(api, params), reply, readFault());
    case 'DELETE /customers/{id}':
    case 'DELETE /customers/key={key}':
      return reply.send(
        deleteCustomer(api.storage, customerOf(api, params), params['id'] ?? params['key'] ?? '', query),
      );
    case 'DELETE /subscriptions/{id}':
    case 'DELETE /subscriptions/key={key}':
      return requireSubscriptionVersion(api, params, query);
    default:
      return undefined;
  }
}

function issueToken(api: Api, request: FastifyRequest, reply: FastifyReply) {
  const faults = api.faults();
  const fault = drawFault(faults.http, ['tokenEndpointDown'], api.random);
  if (fault) return answerWithFault(fault, reply, faults);
  const form = { ...(request.query as Record<string, string>), ...(request.body as Record<string, string>) };
  return reply.send(api.tokens.issue(request.headers.authorization, form, faults.tokenLifetimeSeconds));
}

/** Answers only under a fault; without one the mock reads and expands the customer. */
function readUnderFault(api: Api, customer: Customer | undefined, reply: FastifyReply, fault: ReadFault) {
  if (!fault || !customer) return undefined;
  const seen = asRead(api.storage.customers, customer, fault);
  return seen ? reply.send(seen) : sendError(reply, notFound(customer.id));
}

function customerOf({ storage }: Api, params: Params): Customer | undefined {
  const { id, key } = params;
  return id === undefined ? storage.customers.getByKey(key ?? '') : storage.customers.get(id);
}

async function requireSubscriptionVersion({ storage, projectKey }: Api, params: Params, query: QueryString) {
  const { id = '', key } = params;
  const stored =
    key === undefined
      ? await storage.get(projectKey, 'subscription', id)
      : await storage.getByKey(projectKey, 'subscription', key);
  if (!stored) throw notFound(key ?? id);
  requireVersion(stored.id, stored.version, requiredVersion(query));
  return undefined;
}

/** `/:projectKey/customers/:id` becomes `/customers/{id}`. */
function templateOf(request: FastifyRequest): string {
  const route = request.routeOptions.url ?? '/unknown';
  return route
    .replace(/^\/:projectKey/, '')
    .replace(/:(\w+)/g, '{$1}')
    .replace(/(.)\/$/, '$1');
}

function accessRequest(request: FastifyRequest, template: string) {
  const resource = template.replace(/^\/in-store\/key=\{storeKey\}/, '').split('/')[1] ?? '';
  return {
    projectKey: (request.params as Params)['projectKey'] ?? '',
    resource,
    reads: request.method === 'GET' || request.method === 'HEAD',
    expand: many((request.query as QueryString)['expand']),
  };
}

/** Errors of the mock have `info`; Fastify's have a status below 500 when the client made the mistake. */
interface MockError extends FastifyError {
  readonly info?: { readonly code: string; readonly message: string };
}

function asApiError(error: Error | MockError): ApiError {
  if (error instanceof ApiError) return error;
  const { info, statusCode = 500 } = error as MockError;
  if (info) {
    const { code, message, ...members } = info;
    return new ApiError(statusCode, code, message, members);
  }
  if (statusCode < 500) return new ApiError(statusCode, 'InvalidJsonInput', error.message);
  return new ApiError(500, 'General', error.message);
}
