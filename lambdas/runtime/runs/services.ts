import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readSecret } from '../../adapters/aws/read-secret.ts';
import { createCommercetoolsLister } from '../../adapters/commercetools/sdk-commercetools-lister.ts';
import { commercetoolsConnection } from '../../core/base/connection.ts';
import type { Clock } from '../../core/base/ports/clock.ts';
import { TokenCache } from '../../core/base/token.ts';
import type { CommercetoolsLister } from '../../core/runs/ports/commercetools-lister.ts';
import { SECRET_LIFE_MS, ttlCache } from '../lambda/ttl-cache.ts';

export interface ListerOptions {
  readonly secrets: SecretsManagerClient;
  readonly secretId: string;
  readonly projectKey: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Creates listers that share a cached secret and token, both read on first use. Requests end with the signal. */
export function createListers(options: ListerOptions): (signal: AbortSignal) => CommercetoolsLister {
  const { secrets, secretId, projectKey, timeoutMs, clock } = options;
  const secret = ttlCache(SECRET_LIFE_MS, clock, (signal) =>
    readSecret({ client: secrets, signal }, secretId, commercetoolsConnection),
  );
  const tokens = new TokenCache(clock);
  return (signal) => {
    const lister = async () =>
      createCommercetoolsLister({
        connection: await secret(signal),
        ...{ projectKey, timeoutMs, tokens, clock, signal },
      });
    return {
      page: async (query) => (await lister()).page(query),
      byIds: async (query) => (await lister()).byIds(query),
      count: async (query) => (await lister()).count(query),
      exists: async (query) => (await lister()).exists(query),
      find: async (query) => (await lister()).find(query),
    };
  };
}
