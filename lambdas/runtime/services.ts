import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readSecret } from '../adapters/aws/secrets-manager-secrets.ts';
import { createCommercetoolsReader } from '../adapters/commercetools/commercetools-customer-reader.ts';
import { createFluentWriter } from '../adapters/fluent/fluent-writer.ts';
import { commercetoolsConnection, fluentConnection } from '../core/base/connection.ts';
import type { Clock } from '../core/base/ports/clock.ts';
import { TokenCache } from '../core/base/token.ts';
import type { DeliverySettings } from '../core/delivery/delivery-settings.ts';
import type { ResourceHandlerEnv } from '../handlers/env.ts';
import { keptFor, SECRET_LIFE_MS } from './kept-for.ts';
import type { Services } from './resource-definition.ts';

export interface ServicesOptions {
  readonly env: Pick<ResourceHandlerEnv, 'COMMERCETOOLS_SECRET' | 'FLUENT_SECRET' | 'PROJECT_KEY'>;
  readonly delivery: Pick<DeliverySettings, 'commercetoolsTimeoutMs' | 'fluentTimeoutMs'>;
  readonly secrets: SecretsManagerClient;
  readonly clock: Clock;
}

/**
 * The services of an environment. Secrets and tokens are kept and shared; the clients are bound to the signal of one
 * invocation, so that no request outlives it.
 */
export function createServices({
  env,
  delivery,
  secrets,
  clock,
}: ServicesOptions): (signal: AbortSignal) => Services {
  const commercetoolsSecret = keptFor(SECRET_LIFE_MS, clock, (signal) =>
    readSecret(secrets, env.COMMERCETOOLS_SECRET, commercetoolsConnection, signal),
  );
  const fluentSecret = keptFor(SECRET_LIFE_MS, clock, (signal) =>
    readSecret(secrets, env.FLUENT_SECRET, fluentConnection, signal),
  );
  const commercetoolsTokens = new TokenCache(clock);
  const fluentTokens = new TokenCache(clock);

  return (signal) => {
    const reader = async () =>
      createCommercetoolsReader({
        connection: await commercetoolsSecret(signal),
        projectKey: env.PROJECT_KEY,
        timeoutMs: delivery.commercetoolsTimeoutMs,
        tokens: commercetoolsTokens,
        clock,
        signal,
      });
    const writer = async () =>
      createFluentWriter({
        connection: await fluentSecret(signal),
        timeoutMs: delivery.fluentTimeoutMs,
        tokens: fluentTokens,
        clock,
        signal,
      });
    return {
      commercetools: { customersById: async (...query) => (await reader()).customersById(...query) },
      fluent: {
        findByUsername: async (username) => (await writer()).findByUsername(username),
        findByEmail: async (email) => (await writer()).findByEmail(email),
        list: async (query) => (await writer()).list(query),
        ping: async () => (await writer()).ping(),
        create: async (input) => (await writer()).create(input),
        update: async (input) => (await writer()).update(input),
      },
    };
  };
}
