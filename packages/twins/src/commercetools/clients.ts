import { randomBytes } from 'node:crypto';
import { ApiError } from './api-error.ts';

/**
 * runtime: reads customers. subscription: manages subscriptions. canary: changes customers.
 * admin: may do everything, as a shop, the Merchant Center or a person with Postman.
 */
export type ClientKind = 'runtime' | 'subscription' | 'canary' | 'admin';

export interface ApiClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Without the project key, for example `view_customers`. */
  readonly scopes: readonly string[];
  /** Requests of this client get no faults, so that a demo's shop keeps working. */
  readonly exemptFromFaults?: boolean;
}

export const defaultClients: Record<ClientKind, ApiClient> = {
  runtime: {
    clientId: 'twin-runtime',
    clientSecret: 'twin-runtime-secret',
    scopes: ['view_customers', 'view_customer_groups', 'view_types', 'view_stores'],
  },
  subscription: {
    clientId: 'twin-subscription',
    clientSecret: 'twin-subscription-secret',
    scopes: ['manage_subscriptions'],
  },
  canary: {
    clientId: 'twin-canary',
    clientSecret: 'twin-canary-secret',
    scopes: ['manage_customers'],
  },
  admin: {
    clientId: 'twin-admin',
    clientSecret: 'twin-admin-secret',
    scopes: ['manage_project'],
    exemptFromFaults: true,
  },
};

interface Token {
  readonly client: ApiClient;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

/** Issues and checks bearer tokens of one project. */
export class TokenIssuer {
  readonly #projectKey: string;
  readonly #clients: readonly ApiClient[];
  readonly #now: () => Date;
  readonly #tokens = new Map<string, Token>();

  constructor(projectKey: string, clients: readonly ApiClient[], now: () => Date) {
    this.#projectKey = projectKey;
    this.#clients = clients;
    this.#now = now;
  }

  /** Body of `POST /oauth/token`. Throws ApiError: invalid_client, unsupported_grant_type, invalid_scope. */
  issue(authorization: string | undefined, form: Record<string, string>, lifetimeSeconds: number) {
    const client = this.#authenticate(authorization);
    if (form['grant_type'] !== 'client_credentials') {
      throw new ApiError(400, 'unsupported_grant_type', `Invalid grant type: ${form['grant_type'] ?? ''}`);
    }
    const granted = client.scopes.map((scope) => `${scope}:${this.#projectKey}`);
    const requested = form['scope']?.split(' ').filter(Boolean) ?? [];
    const scopes = requested.length > 0 ? requested : granted;
    const excess = scopes.find((scope) => !granted.includes(scope));
    if (excess) throw new ApiError(400, 'invalid_scope', `Permissions exceeded: ${excess}.`);

    const accessToken = randomBytes(24).toString('base64url');
    this.#tokens.set(accessToken, {
      client,
      scopes,
      expiresAt: this.#now().getTime() + lifetimeSeconds * 1000,
    });
    return {
      access_token: accessToken,
      expires_in: lifetimeSeconds,
      scope: scopes.join(' '),
      token_type: 'Bearer',
    };
  }

  /** Throws ApiError invalid_token (401). */
  check(authorization: string | undefined): Token {
    const accessToken = bearerOf(authorization);
    const token = accessToken ? this.#tokens.get(accessToken) : undefined;
    if (!token || token.expiresAt <= this.#now().getTime()) {
      throw new ApiError(401, 'invalid_token', 'invalid_token');
    }
    return token;
  }

  expire(authorization: string | undefined): void {
    this.#tokens.delete(bearerOf(authorization) ?? '');
  }

  expireAll(): void {
    this.#tokens.clear();
  }

  #authenticate(authorization: string | undefined): ApiClient {
    const encoded = /^Basic\s+(.+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const [clientId, ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    const client = this.#clients.find(
      (one) => one.clientId === clientId && one.clientSecret === secret.join(':'),
    );
    if (!client) {
      throw new ApiError(
        401,
        'invalid_client',
        'Please provide valid client credentials using HTTP Basic Authentication.',
      );
    }
    return client;
  }
}

const bearerOf = (authorization: string | undefined) => /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
