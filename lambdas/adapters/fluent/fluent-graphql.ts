import * as z from 'zod/mini';
import type { FluentConnection } from '../../core/base/connection.ts';
import { ConnectorError, type Failure } from '../../core/base/errors.ts';
import { classifyHttp, readRetryAfter, withoutToken } from '../../core/base/http-failure.ts';
import type { Clock } from '../../core/base/ports/clock.ts';
import { renewalTime, type Token, type TokenCache } from '../../core/base/token.ts';
import { classifyGraphqlErrors } from './fluent-errors.ts';

export interface FluentOptions {
  readonly connection: FluentConnection;
  readonly clock: Clock;
  /** Aborts one request after this many milliseconds. */
  readonly timeoutMs: number;
  /** Shared by all clients of an environment. */
  readonly tokens: TokenCache;
  /** Aborts requests when the invocation ends. */
  readonly signal: AbortSignal;
}

export interface FluentOperation<T> {
  readonly query: string;
  readonly schema: z.ZodMiniType<T>;
  /** A lost answer to a write is ambiguous. */
  readonly isWrite?: true;
}

export type FluentGraphql = <T>(operation: FluentOperation<T>, variables: object) => Promise<T>;

const answerSchema = z.object({ data: z.optional(z.unknown()), errors: z.nullish(z.array(z.unknown())) });
const tokenSchema = z.object({
  access_token: z.string().check(z.minLength(1)),
  expires_in: z.optional(z.number()),
});
/** Lifetime that public clients assume if Fluent names none. */
const DEFAULT_LIFETIME_SECONDS = 3_600;

/** Fluent's GraphQL endpoint with its OAuth password grant. Errors name codes and places, never a body or a variable. */
export function createFluentGraphql(options: FluentOptions): FluentGraphql {
  const { connection, clock, tokens } = options;

  async function send(path: string, init: RequestInit, isWrite: boolean): Promise<Response> {
    // Nothing was sent, so a write is not ambiguous.
    if (options.signal.aborted) throw failed({ failureClass: 'retry', code: 'FLUENT_NO_TIME' }, path);
    try {
      return await fetch(`${connection.rootUrl}${path}`, {
        method: 'POST',
        redirect: 'manual',
        ...init,
        signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]),
      });
    } catch (cause) {
      throw failed(classifyHttp({ system: 'FLUENT', status: undefined, isWrite, now: clock() }), path, cause);
    }
  }

  async function fetchToken(): Promise<Token> {
    const { username, password, clientId, clientSecret } = connection;
    const answer = await send(
      '/oauth/token',
      {
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          'fluent.account': connection.accountId,
        },
        body: new URLSearchParams({
          grant_type: 'password',
          scope: 'api',
          username,
          password,
          client_id: clientId,
          client_secret: clientSecret,
        }),
      },
      false,
    );
    if (!answer.ok) throw refused(answer, false, '/oauth/token');
    const token = tokenSchema.safeParse(await json(answer));
    if (!token.success) throw failed({ failureClass: 'retry', code: 'FLUENT_NO_TOKEN' }, '/oauth/token');
    const { access_token, expires_in = DEFAULT_LIFETIME_SECONDS } = token.data;
    return { value: access_token, renewAt: renewalTime(clock(), expires_in) };
  }

  function refused(answer: Response, isWrite: boolean, path: string): ConnectorError {
    const retryAfter = answer.headers.get('retry-after') ?? undefined;
    const { status } = answer;
    const failure = classifyHttp({ system: 'FLUENT', status, retryAfter, isWrite, now: clock() });
    return failed(path === '/oauth/token' ? withoutToken(failure) : failure, path);
  }

  async function post(
    body: string,
    isWrite: boolean,
  ): Promise<{ token: string; answer: Response; content: unknown }> {
    const token = await tokens.get(fetchToken);
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      'fluent.account': connection.accountId,
    };
    const answer = await send('/graphql', { headers, body }, isWrite);
    return { token, answer, content: await json(answer) };
  }

  return async ({ query, schema, isWrite = false }, variables) => {
    const body = JSON.stringify({ query, variables });
    let { token, answer, content } = await post(body, isWrite);
    if (answer.status === 401) {
      await tokens.drop(token);
      ({ token, answer, content } = await post(body, isWrite));
    }
    const read = answerSchema.safeParse(content);
    // A GraphQL failure may have HTTP status 200, and its code is more precise than the status.
    if (read.success && read.data.errors?.length) {
      const failure = classifyGraphqlErrors(read.data.errors, { status: answer.status, isWrite });
      if (failure.code === 'S0040E') await tokens.drop(token);
      const retryAfter = answer.headers.get('retry-after') ?? undefined;
      throw failed(withLeast(failure, readRetryAfter({ retryAfter, now: clock() }) ?? 0), 'graphql');
    }
    if (!answer.ok) throw refused(answer, isWrite, '/graphql');
    const data = read.success ? schema.safeParse(read.data.data) : undefined;
    if (data?.success) return data.data;
    throw failed(
      { failureClass: isWrite ? 'ambiguous' : 'retry', code: 'FLUENT_UNREADABLE_ANSWER' },
      'graphql',
    );
  };
}

/** Waits at least as long as the Retry-After header says. */
function withLeast(failure: Failure, seconds: number): Failure {
  const wait = Math.max(failure.retryAfterSeconds ?? 0, seconds);
  return wait === 0 ? failure : { ...failure, retryAfterSeconds: wait };
}

/** The body as JSON. undefined for HTML of a proxy, half a body, or a reset while reading. */
async function json(answer: Response): Promise<unknown> {
  return answer.json().catch(() => undefined);
}

function failed(failure: Failure, place: string, cause?: unknown): ConnectorError {
  return new ConnectorError(failure, `Fluent: ${failure.code} at ${place}.`, { cause });
}
