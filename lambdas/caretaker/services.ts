import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDynamoDbErasedStore } from '../adapters/aws/dynamodb-erased-store.ts';
import { readSecret } from '../adapters/aws/read-secret.ts';
import { createSqsDeadLetterCopies } from '../adapters/aws/sqs-dead-letter-copies.ts';
import { createCommercetoolsCanary } from '../adapters/commercetools/commercetools-canary.ts';
import { commercetoolsConnection } from '../core/base/connection.ts';
import { TokenCache } from '../core/base/token.ts';
import type { Canary } from '../core/operations/ports/canary-customer.ts';
import { deadLettersOf } from '../core/runs/connected-handler.ts';
import type { RunSettings } from '../core/runs/run-settings.ts';
import { awsClientSettings } from '../runtime/lambda/aws-client-settings.ts';
import { metrics } from '../runtime/lambda/powertools-metrics.ts';
import { createOperationsServices, type OperationsServicesOptions } from '../runtime/operations/services.ts';
import { type StartRunRequest, startRun } from '../runtime/runs/start-run.ts';

export interface CaretakerServicesOptions extends OperationsServicesOptions {
  /** Name of the queue or rule in front -> URL of the dead-letter queue. */
  readonly notificationDeadLetters: Readonly<Record<string, string>>;
  /** Empty = no canary. */
  readonly canarySecret: string;
  readonly runSettings: RunSettings;
}

/** A pass has a minute: enough for one late answer. */
const INVOKE_TIMEOUT_MS = 45_000;

export function createCaretakerServices(options: CaretakerServicesOptions) {
  const { runSettings, notificationDeadLetters } = options;
  const { sqs, table, stores, functionsOf } = createOperationsServices(options, INVOKE_TIMEOUT_MS);
  const copies = createSqsDeadLetterCopies(sqs, {
    ...deadLettersOf(stores.handlers),
    ...notificationDeadLetters,
  });
  const canaryOf = canary(options);
  return (signal: AbortSignal) => ({
    ...stores,
    ...functionsOf(signal),
    ...canaryOf(signal),
    runSettings,
    erased: createDynamoDbErasedStore(table),
    copies,
    sharedQueues: Object.keys(notificationDeadLetters),
    startRun: (request: StartRunRequest) => startRun({ ...stores, runSettings }, request),
    metrics,
  });
}

/** Reads the secret at each touch: touches are minutes apart, and it may have been rotated. */
function canary({ projectKey, canarySecret, delivery }: CaretakerServicesOptions) {
  const secrets = new SecretsManagerClient(awsClientSettings);
  const tokens = new TokenCache(Date.now);
  return (signal: AbortSignal): { canary?: Canary } => {
    if (canarySecret === '') return {};
    const touch: Canary['touch'] = async (...change) => {
      const connection = await readSecret({ client: secrets, signal }, canarySecret, commercetoolsConnection);
      const timeoutMs = delivery.commercetoolsTimeoutMs;
      const options = { connection, projectKey, signal, tokens, timeoutMs, clock: Date.now };
      return createCommercetoolsCanary(options).touch(...change);
    };
    return { canary: { touch } };
  };
}
