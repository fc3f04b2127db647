import * as z from 'zod/mini';
import type { CommercetoolsConnection } from '../../lambdas/core/base/connection.ts';
import { isOutage, outage } from './outages.ts';
import { type Finding, ok, type Probe, problem, unknown } from './probe.ts';
import type { HttpAnswer, ProbeHttp } from './probe-http.ts';

const tokenAnswer = z.object({
  access_token: z.string(),
  expires_in: z.number(),
  scope: z.optional(z.string()),
});
const pageAnswer = z.object({ total: z.optional(z.number()), results: z.array(z.unknown()) });
const system = 'commercetools';
const AUTH_URL = 'Check the auth URL: it must be the one of the region of the project.';
const API_URL = 'Check the API URL: it must be the one of the region of the project.';
/** Limit of commercetools per project. */
const MAX_SUBSCRIPTIONS = 50;

export interface CommercetoolsUnderTest {
  readonly projectKey: string;
  readonly connection: CommercetoolsConnection;
  /** Connection of the API client that manages the subscription. */
  readonly subscription?: CommercetoolsConnection | undefined;
}

interface Client {
  readonly token?: string;
  /** Scopes of this project, without its key. */
  readonly scopes: readonly string[];
}

/** Checks what the connector needs from commercetools. Reads only, and of the customers only their number. */
export function commercetoolsProbes(
  http: ProbeHttp,
  { projectKey, connection, subscription }: CommercetoolsUnderTest,
): Probe[] {
  let reader: Client = { scopes: [] };
  const api = `${connection.apiUrl}/${projectKey}`;
  const get = (path: string, { token }: Client) =>
    http.request(system, `${api}${path}`, { headers: { Authorization: `Bearer ${token}` } });
  return [
    {
      check: 'commercetools: API client',
      system,
      address: AUTH_URL,
      async run() {
        const { client, finding } = await logIn(http, connection, projectKey);
        reader = client;
        return finding;
      },
    },
    {
      check: 'commercetools: scopes to run',
      run: async () =>
        reader.token === undefined ? unknown('not checked: no token') : judgeScopes(reader, projectKey),
    },
    {
      check: 'commercetools: customers can be read',
      system,
      address: API_URL,
      async run() {
        if (reader.token === undefined) return unknown('not checked: no token');
        const answer = await get('/customers?limit=1&withTotal=true&expand=customerGroup', reader);
        const page = pageAnswer.safeParse(answer.body);
        if (answer.status === 200 && page.success) {
          return ok(
            `project "${projectKey}", ${page.data.total?.toLocaleString('en-US') ?? 'some'} customers`,
          );
        }
        return refusedRead(answer, { projectKey, lacking: 'view_customers or view_customer_groups' });
      },
    },
    ...(subscription ? [subscriptionProbe(http, { projectKey, connection: subscription })] : []),
  ];
}

async function logIn(
  http: ProbeHttp,
  { authUrl, clientId, clientSecret }: CommercetoolsConnection,
  projectKey: string,
): Promise<{ client: Client; finding: Finding }> {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const answer = await http.request(system, `${authUrl}/oauth/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}`, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  });
  if (isOutage(answer.status)) throw outage(system, answer.status);
  const read = tokenAnswer.safeParse(answer.body);
  if (answer.status !== 200 || !read.success) {
    const fix =
      answer.status === 401 || answer.status === 400
        ? 'The client id or the secret is wrong. A secret is shown only once: create a new API client in the Merchant Center.'
        : AUTH_URL;
    return { client: { scopes: [] }, finding: problem(`no token: HTTP ${answer.status}`, fix) };
  }
  const { access_token: token, expires_in: seconds, scope = '' } = read.data;
  const scopes = scope
    .split(' ')
    .map((each) => each.split(':'))
    // A third part limits the scope to one store.
    .filter(([, project, store]) => project === projectKey && store === undefined)
    .map(([name = '']) => name);
  return { client: { token, scopes }, finding: ok(`token for ${Math.round(seconds / 3_600)} h`) };
}

function has({ scopes }: Client, noun: string): boolean {
  return ['manage_project', `manage_${noun}`, `view_${noun}`].some((scope) => scopes.includes(scope));
}

function judgeScopes(client: Client, projectKey: string): Finding {
  const missing = ['customers', 'customer_groups']
    .filter((noun) => !has(client, noun))
    .map((noun) => `view_${noun}`);
  if (missing.length > 0) {
    return problem(
      `not granted for the whole project "${projectKey}": ${missing.join(', ')}`,
      'Check the project key. If it is correct, create an API client with these scopes (they cannot be added later).',
    );
  }
  const manages = client.scopes.filter((scope) => scope.startsWith('manage_'));
  const more = manages.length === 0 ? '' : `; more than needed: ${manages.join(', ')}`;
  return ok(`view_customers, view_customer_groups${more}`);
}

/** `lacking`: the scopes that a 403 points to. */
function refusedRead(
  { status }: HttpAnswer,
  { projectKey, lacking }: { readonly projectKey: string; readonly lacking: string },
): Finding {
  if (isOutage(status)) throw outage(system, status);
  switch (status) {
    case 401:
      return problem(
        'HTTP 401',
        'The token is refused: the API client was deleted, or it belongs to another region than the API URL. Create a new one.',
      );
    case 403:
      return problem('HTTP 403', `The API client lacks ${lacking}.`);
    case 404:
      return problem('HTTP 404', `Project "${projectKey}" does not exist at this API URL.`);
    default:
      return problem(`HTTP ${status}`, API_URL);
  }
}

function subscriptionProbe(http: ProbeHttp, { projectKey, connection }: CommercetoolsUnderTest): Probe {
  return {
    check: 'commercetools: API client to deploy',
    system,
    address: AUTH_URL,
    async run() {
      const { client, finding } = await logIn(http, connection, projectKey);
      if (client.token === undefined) return finding;
      if (!['manage_project', 'manage_subscriptions'].some((scope) => client.scopes.includes(scope))) {
        return problem('not granted: manage_subscriptions', 'Create an API client with this scope.');
      }
      const answer = await http.request(
        system,
        `${connection.apiUrl}/${projectKey}/subscriptions?limit=1&withTotal=true`,
        { headers: { Authorization: `Bearer ${client.token}` } },
      );
      const page = pageAnswer.safeParse(answer.body);
      if (answer.status !== 200 || !page.success) {
        return refusedRead(answer, { projectKey, lacking: 'manage_subscriptions' });
      }
      const used = page.data.total ?? page.data.results.length;
      if (used < MAX_SUBSCRIPTIONS)
        return ok(`manage_subscriptions; ${used} of ${MAX_SUBSCRIPTIONS} subscriptions`);
      return problem(
        `${used} of ${MAX_SUBSCRIPTIONS} subscriptions`,
        'The limit is reached. Delete an unused subscription, or ask commercetools to raise the limit.',
      );
    },
  };
}
