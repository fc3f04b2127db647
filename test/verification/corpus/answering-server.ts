import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canary } from './input.ts';

/** The place of a bad answer. */
export const places = [
  'commercetools token',
  'customer by id',
  'customer query',
  'Fluent token',
  'Fluent lookup',
  'Fluent create',
  'Fluent update',
] as const;
export type Place = (typeof places)[number];

export type Respond = (response: ServerResponse, request: IncomingMessage) => void;

export interface AnsweringServer {
  readonly url: string;
  /** The customer, or the client with its id, gets this answer at this place; every other customer gets good answers. */
  serve(id: string, place: Place, respond: Respond): void;
  stop(): Promise<void>;
}

/** The records of a good source. */
export type CustomerOf = (id: string) => Record<string, unknown> | undefined;

/** Both systems behind one address: good answers, except those that were configured. */
export async function startAnsweringServer(customerOf: CustomerOf): Promise<AnsweringServer> {
  const ordered = new Map<string, { readonly place: Place; readonly respond: Respond }>();
  const answer = (place: Place, about: string, good: unknown): Respond => {
    const id = [...about.matchAll(/bad00000-[0-9a-f-]{27}/g)]
      .map(([found]) => found)
      .find((one) => ordered.get(one)?.place === place);
    return (id && ordered.get(id)?.respond) || ((response) => json(response, good));
  };

  const server = createServer((request, response) => {
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      respondTo(request, body, { customerOf, answer })(response, request);
    });
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (id, place, respond) => void ordered.set(id, { place, respond }),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function respondTo(
  { url = '', headers }: IncomingMessage,
  body: string,
  {
    customerOf,
    answer,
  }: { customerOf: CustomerOf; answer: (place: Place, about: string, good: unknown) => Respond },
): Respond {
  const token = { access_token: `${canary}-token`, token_type: 'Bearer', expires_in: 3_600, scope: 'x' };
  if (url.startsWith('/ct/oauth')) {
    const client = Buffer.from(String(headers.authorization).slice('Basic '.length), 'base64').toString();
    return answer('commercetools token', client, token);
  }
  if (url.startsWith('/fluent/oauth')) return answer('Fluent token', body, token);
  if (url.startsWith('/ct/')) return fromSource(decodeURIComponent(url), customerOf, answer);
  return fromFluent(JSON.parse(body), answer);
}

function fromSource(
  url: string,
  customerOf: CustomerOf,
  answer: (place: Place, about: string, good: unknown) => Respond,
): Respond {
  const byId = /\/customers\/([0-9a-f-]{36})/.exec(url)?.[1];
  if (byId !== undefined) return answer('customer by id', byId, customerOf(byId));
  const ids = [...url.matchAll(/var\.id\d+=([0-9a-f-]{36})/g)].map(([, id = '']) => id);
  const results = ids.map(customerOf).filter((one) => one !== undefined);
  const good: Respond = (response) => {
    // A customer whose own answer is bad is not in the list: it is read by its id.
    const listed = results.filter(({ id }) => answer('customer by id', String(id), undefined).length < 2);
    json(response, { limit: ids.length, offset: 0, count: listed.length, results: listed });
  };
  const bad = answer('customer query', ids.join(), undefined);
  return bad.length < 2 ? good : bad;
}

function fromFluent(
  { query, variables }: { query: string; variables: { ref?: string; input?: { username: string } } },
  answer: (place: Place, about: string, good: unknown) => Respond,
): Respond {
  const username = variables.input?.username ?? '';
  if (query.includes('createCustomer'))
    return answer('Fluent create', username, { data: { createCustomer: { username } } });
  if (query.includes('updateCustomer'))
    return answer('Fluent update', username, { data: { updateCustomer: { username } } });
  return answer('Fluent lookup', variables.ref ?? '', { data: { customer: null, customers: { edges: [] } } });
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
