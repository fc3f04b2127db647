import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createEventBridgeEventSources } from '../adapters/aws/eventbridge-event-sources.ts';
import { readSecret } from '../adapters/aws/read-secret.ts';
import { createCommercetoolsSubscriptions } from '../adapters/commercetools/commercetools-subscriptions.ts';
import { commercetoolsConnection } from '../core/base/connection.ts';
import { TokenCache } from '../core/base/token.ts';
import type { EventSources, Subscriptions } from '../core/operations/ports/subscriptions.ts';

/** A deployment can wait longer than the sync of a customer. */
const TIMEOUT_MS = 20_000;

/** Reads the secret in each invocation, because a deployment may have changed it. */
export function subscriptionServices(secretId: string) {
  const secrets = new SecretsManagerClient();
  const eventSources = createEventBridgeEventSources(new EventBridgeClient());
  return async (
    projectKey: string,
    signal: AbortSignal,
  ): Promise<{ subscriptions: Subscriptions; eventSources: EventSources }> => {
    const connection = await readSecret({ client: secrets, signal }, secretId, commercetoolsConnection);
    const tokens = new TokenCache(Date.now);
    const options = { connection, projectKey, tokens, signal, clock: Date.now, timeoutMs: TIMEOUT_MS };
    return { subscriptions: createCommercetoolsSubscriptions(options), eventSources };
  };
}
