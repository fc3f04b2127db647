import { randomBytes } from 'node:crypto';
import type { FluentConnection } from '../connections.ts';
import { HttpError } from './fluent-error.ts';

interface Dependencies {
  readonly user: Omit<FluentConnection, 'rootUrl'>;
  readonly retailerId: string;
  readonly now: () => Date;
  readonly lifetimeSeconds: () => number;
}

/** Issues and checks access tokens. */
export class TokenIssuer {
  readonly #dependencies: Dependencies;
  /** Access token -> when it expires, in epoch milliseconds. */
  readonly #access = new Map<string, number>();
  readonly #refresh = new Set<string>();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** Throws HttpError 400 or 401. Credentials are accepted in the form body only, because URLs are logged. */
  issue(form: URLSearchParams, query: URLSearchParams) {
    if (['password', 'client_secret', 'refresh_token'].some((name) => query.has(name))) {
      throw new HttpError(400, 'invalid_request', 'Credentials belong into the form body.');
    }
    const { user } = this.#dependencies;
    if (form.get('client_id') !== user.clientId || form.get('client_secret') !== user.clientSecret) {
      throw new HttpError(401, 'invalid_client', 'Unknown client.');
    }
    this.#requireGrant(form);
    return this.#newTokens();
  }

  /** Throws HttpError 401. */
  check(authorization: string | undefined): void {
    const expiresAt = this.#access.get(bearerOf(authorization));
    if (expiresAt === undefined || expiresAt <= this.#dependencies.now().getTime()) {
      throw new HttpError(401, 'invalid_token', 'Invalid or expired access token.');
    }
  }

  expire(authorization: string | undefined): void {
    this.#access.delete(bearerOf(authorization));
  }

  expireAll(): void {
    this.#access.clear();
    this.#refresh.clear();
  }

  #requireGrant(form: URLSearchParams): void {
    const { user } = this.#dependencies;
    switch (form.get('grant_type')) {
      case 'password':
        if (form.get('username') === user.username && form.get('password') === user.password) return;
        throw new HttpError(401, 'invalid_grant', 'Bad credentials.');
      case 'refresh_token':
        // A refresh token is valid once.
        if (this.#refresh.delete(form.get('refresh_token') ?? '')) return;
        throw new HttpError(401, 'invalid_grant', 'Unknown refresh token.');
      default:
        throw new HttpError(400, 'unsupported_grant_type', 'Unsupported grant type.');
    }
  }

  #newTokens() {
    const accessToken = randomBytes(24).toString('base64url');
    const refreshToken = randomBytes(24).toString('base64url');
    const lifetimeSeconds = this.#dependencies.lifetimeSeconds();
    this.#access.set(accessToken, this.#dependencies.now().getTime() + lifetimeSeconds * 1000);
    this.#refresh.add(refreshToken);
    return {
      access_token: accessToken,
      token_type: 'bearer',
      refresh_token: refreshToken,
      expires_in: lifetimeSeconds,
      scope: 'api',
      Retailer_id: this.#dependencies.retailerId,
    };
  }
}

const bearerOf = (authorization: string | undefined) =>
  /^bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
