import type { executeRequest as Executor } from '@commercetools/platform-sdk';
import { ClientBuilder, type Middleware, type MiddlewareResponse } from '@commercetools/ts-client';
import type { CommercetoolsConnection } from '../../core/base/connection.ts';
import { ConnectorError } from '../../core/base/errors.ts';
import { classifyHttp, withoutToken } from '../../core/base/http-failure.ts';
import type { Clock } from '../../core/base/ports/clock.ts';
import { renewalTime, type Token, type TokenCache } from '../../core/base/token.ts';
import { headerOf, statusOf } from './commercetools-answers.ts';

export interface CommercetoolsClientOptions {
  readonly connection: CommercetoolsConnection;
  readonly projectKey: string;
  readonly clock: Clock;
  /** Aborts one request after this many milliseconds. */
  readonly timeoutMs: number;
  /** Shared by all clients of an environment. */
  readonly tokens: TokenCache;
  /** Aborts requests when the invocation ends. */
  readonly signal: AbortSignal;
}

/**
 * The commercetools SDK client with what it lacks: one token for all concurrent calls, a timeout, no redirects. It does not
 * retry: the queue does, with the backoff of the protocol.
 */
export function createCommercetoolsClient(options: CommercetoolsClientOptions): { execute: Executor } {
  const bounded = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    options.signal.throwIfAborted();
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]),
    });
    // The SDK would treat a redirect as a success.
    if (answer.status >= 300 && answer.status < 400) {
      throw commercetoolsError(
        { status: answer.status, now: options.clock() },
        'a redirect is never followed',
      );
    }
    return answer;
  };
  const client = new ClientBuilder()
    .withProjectKey(options.projectKey)
    .withMiddleware(authorise(options, () => fetchToken(options, bounded)))
    .withHttpMiddleware({
      host: options.connection.apiUrl,
      httpClient: bounded,
      maskSensitiveHeaderData: true,
      includeRequestInErrorResponse: false,
    })
    .build();
  return {
    // The two packages of the SDK disagree on which members of an answer are optional.
    execute: async (request) => {
      const { body, statusCode = 0, headers = {} } = await client.execute(request).catch(rethrowOwn);
      return { body, statusCode, headers };
    },
  };
}

/** The SDK wraps errors of its HTTP client in `error` of `error`. Rethrows our own error from inside. */
function rethrowOwn(error: unknown): never {
  let inner = error;
  for (let depth = 0; depth < 4 && typeof inner === 'object' && inner !== null; depth++) {
    if (inner instanceof ConnectorError) throw inner;
    inner = 'error' in inner ? inner.error : undefined;
  }
  throw error;
}

/** Adds the bearer token. A refused token is renewed once. */
function authorise({ tokens }: CommercetoolsClientOptions, fetchNew: () => Promise<Token>): Middleware {
  return (next) =>
    async (request): Promise<MiddlewareResponse> => {
      const attempt = async () => {
        const token = await tokens.get(fetchNew);
        const answer = await next({
          ...request,
          headers: { ...request.headers, Authorization: `Bearer ${token}` },
        });
        return { token, answer };
      };
      const first = await attempt();
      if (first.answer.error?.statusCode !== 401) return first.answer;
      await tokens.drop(first.token);
      return (await attempt()).answer;
    };
}

async function fetchToken(
  { connection, clock }: CommercetoolsClientOptions,
  bounded: (url: string, init: RequestInit) => Promise<Response>,
): Promise<Token> {
  const basic = Buffer.from(`${connection.clientId}:${connection.clientSecret}`).toString('base64');
  const answer = await bounded(`${connection.authUrl}/oauth/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${basic}`, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials',
  }).catch((cause: unknown) => {
    throw commercetoolsError({ status: undefined, now: clock() }, 'the token endpoint did not answer', cause);
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) {
    const retryAfter = answer.headers.get('retry-after') ?? undefined;
    const refusal = commercetoolsError(
      { status: answer.status, retryAfter, now: clock() },
      'the token endpoint refused',
    );
    throw new ConnectorError(withoutToken(refusal), refusal.message);
  }
  if (!isToken(body))
    throw commercetoolsError({ status: undefined, now: clock() }, 'the token answer has no token');
  return { value: body.access_token, renewAt: renewalTime(clock(), body.expires_in) };
}

function isToken(body: unknown): body is { access_token: string; expires_in: number } {
  if (typeof body !== 'object' || body === null) return false;
  const { access_token, expires_in } = body as Record<string, unknown>;
  return (
    typeof access_token === 'string' &&
    access_token !== '' &&
    typeof expires_in === 'number' &&
    expires_in > 0
  );
}

/** An error that names the status and the place, but no part of the answer. */
export function commercetoolsError(
  answer: { status: number | undefined; retryAfter?: string | undefined; isWrite?: boolean; now: number },
  place: string,
  cause?: unknown,
): ConnectorError {
  const failure = classifyHttp({ system: 'COMMERCETOOLS', isWrite: false, ...answer });
  return new ConnectorError(failure, `commercetools: ${place} (${answer.status ?? 'no answer'}).`, { cause });
}

/** Error of a failed read. A ConnectorError stays as it is. */
export function readFailure(error: unknown, place: string, now: number): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const retryAfter = headerOf(error, 'retry-after');
  return commercetoolsError({ status: statusOf(error), retryAfter, now }, place);
}
