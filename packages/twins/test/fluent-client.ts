import type { FluentConnection } from '../src/connections.ts';

export interface GraphqlResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly { message: string; path?: string[]; extensions?: { code: string } }[];
}

/** Password grant; returns the raw body. */
export async function tokenOf(connection: FluentConnection, form: Record<string, string> = {}) {
  const { rootUrl, clientId, clientSecret, username, password } = connection;
  const response = await fetch(`${rootUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: clientId,
      client_secret: clientSecret,
      username,
      password,
      scope: 'api',
      ...form,
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** A minimal client: one token, no retries. */
export async function fluentClient(connection: FluentConnection) {
  const { body } = await tokenOf(connection);
  const headers = { authorization: `Bearer ${body['access_token']}`, 'content-type': 'application/json' };

  async function graphql(
    query: string,
    variables: unknown = {},
    extra: Record<string, string> = {},
  ): Promise<GraphqlResponse> {
    const response = await fetch(`${connection.rootUrl}/graphql`, {
      method: 'POST',
      headers: { ...headers, ...extra },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    const answer = JSON.parse(text) as Partial<GraphqlResponse>;
    return {
      status: response.status,
      headers: response.headers,
      data: answer.data,
      errors: answer.errors ?? [],
    };
  }

  return {
    graphql,
    create: (input: Record<string, unknown>) =>
      graphql(
        'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { id ref username } }',
        { input },
      ),
    update: (input: Record<string, unknown>) =>
      graphql(
        'mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { id ref username } }',
        { input },
      ),
    lookup: (ref: string) =>
      graphql(
        'query ($ref: String!) { customer(ref: $ref) { id ref username primaryEmail firstName lastName } }',
        { ref },
      ),
  };
}

export const jane = {
  username: 'jane',
  primaryEmail: 'jane@example.com',
  promotionOptIn: false,
  firstName: 'Jane',
  retailer: { id: '1' },
};
