import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamoDbErasedStore } from '../../adapters/aws/dynamodb-erased-store.ts';
import { createDynamoDbFailureStore } from '../../adapters/aws/dynamodb-failure-store.ts';
import { createDynamoDbPendingStore } from '../../adapters/aws/dynamodb-pending-store.ts';
import { createDynamoDbReceiptStore } from '../../adapters/aws/dynamodb-receipt-store.ts';
import { createDynamoDbRunEntries } from '../../adapters/aws/dynamodb-run-entries.ts';
import { createDynamoDbSettingsStore } from '../../adapters/aws/dynamodb-settings-store.ts';
import { createDynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { readSecret } from '../../adapters/aws/read-secret.ts';
import { createSqsDeadLetters } from '../../adapters/aws/sqs-dead-letters.ts';
import { createSqsWorkQueue } from '../../adapters/aws/sqs-work-queue.ts';
import { createCommercetoolsReader } from '../../adapters/commercetools/sdk-commercetools-reader.ts';
import { createFluentWriter } from '../../adapters/fluent/graphql-fluent-writer.ts';
import { commercetoolsConnection, fluentConnection } from '../../core/base/connection.ts';
import type { Clock } from '../../core/base/ports/clock.ts';
import { TokenCache } from '../../core/base/token.ts';
import type { DeliverySettings } from '../../core/delivery/delivery-settings.ts';
import { awsClientSettings } from '../lambda/aws-client-settings.ts';
import { SECRET_LIFE_MS, ttlCache } from '../lambda/ttl-cache.ts';
import type { ResourceHandlerEnv } from './env.ts';
import type { Services } from './resource-definition.ts';

export interface ResourceServicesOptions {
  readonly env: ResourceHandlerEnv;
  readonly delivery: DeliverySettings;
  readonly clock: Clock;
}

/** The adapters of a resource handler: stores and queues are created once per execution environment. */
export function createResourceServices(options: ResourceServicesOptions) {
  const { env, delivery, clock } = options;
  const sqs = new SQSClient(awsClientSettings);
  const client = new DynamoDBClient(awsClientSettings);
  const table = { client, tableName: env.TABLE_NAME, projectKey: env.PROJECT_KEY, clock };
  return {
    store: createDynamoDbStateStore({ ...table, tombstoneSeconds: delivery.tombstoneSeconds }),
    failures: createDynamoDbFailureStore(table),
    pending: createDynamoDbPendingStore(table),
    receipts: createDynamoDbReceiptStore(table),
    erased: createDynamoDbErasedStore(table),
    runs: createDynamoDbRunEntries(table),
    switchSetting: createDynamoDbSettingsStore(table).handler(env.HANDLER_ID),
    queue: createSqsWorkQueue(sqs, env.QUEUE_URL),
    deadLetters: createSqsDeadLetters(sqs, env.DLQ_URL),
    systemsFor: createSystems(options),
  };
}

/**
 * The clients of commercetools and Fluent. Secrets and tokens are shared by all invocations; the clients are bound to the signal
 * of one invocation, so that no request outlives it.
 */
function createSystems({ env, delivery, clock }: ResourceServicesOptions): (signal: AbortSignal) => Services {
  const secrets = new SecretsManagerClient(awsClientSettings);
  const commercetoolsSecret = ttlCache(SECRET_LIFE_MS, clock, (signal) =>
    readSecret({ client: secrets, signal }, env.COMMERCETOOLS_SECRET, commercetoolsConnection),
  );
  const fluentSecret = ttlCache(SECRET_LIFE_MS, clock, (signal) =>
    readSecret({ client: secrets, signal }, env.FLUENT_SECRET, fluentConnection),
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
