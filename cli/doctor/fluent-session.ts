import * as z from 'zod/mini';
import { createFluentGraphql, type FluentGraphql } from '../../lambdas/adapters/fluent/fluent-graphql.ts';
import type { FluentConnection } from '../../lambdas/core/base/connection.ts';
import { TokenCache } from '../../lambdas/core/base/token.ts';
import type { HttpAnswer, ProbeHttp } from './probe-http.ts';

const tokenAnswer = z.object({ access_token: z.string(), expires_in: z.optional(z.number()) });

/** A Fluent account under test: the client of the connector, and plain requests for what the client hides. */
export interface FluentSession {
  readonly connection: FluentConnection;
  readonly graphql: FluentGraphql;
  logIn(): Promise<{ answer: HttpAnswer; token?: string; seconds?: number | undefined }>;
  /** A GraphQL request with these headers and the token. */
  raw(token: string, query: string, headers?: Readonly<Record<string, string>>): Promise<HttpAnswer>;
}

export function createFluentSession(
  http: ProbeHttp,
  connection: FluentConnection,
  timeoutMs = 15_000,
): FluentSession {
  const { rootUrl, accountId, username, password, clientId, clientSecret } = connection;
  const graphql = createFluentGraphql({
    connection,
    timeoutMs,
    clock: Date.now,
    tokens: new TokenCache(Date.now),
    signal: new AbortController().signal,
  });
  return {
    connection,
    graphql,
    async logIn() {
      const answer = await http.request('Fluent', `${rootUrl}/oauth/token`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'fluent.account': accountId },
        body: new URLSearchParams({
          grant_type: 'password',
          scope: 'api',
          username,
          password,
          client_id: clientId,
          client_secret: clientSecret,
        }),
      });
      const read = tokenAnswer.safeParse(answer.body);
      if (answer.status !== 200 || !read.success) return { answer };
      return { answer, token: read.data.access_token, seconds: read.data.expires_in };
    },
    raw: (token, query, headers = {}) =>
      http.request('Fluent', `${rootUrl}/graphql`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      }),
  };
}
