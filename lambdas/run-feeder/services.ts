import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamoDbFailureStore } from '../adapters/aws/dynamodb-failure-store.ts';
import { createDynamoDbRunStore } from '../adapters/aws/dynamodb-run-store.ts';
import { createDynamoDbSettingsStore } from '../adapters/aws/dynamodb-settings-store.ts';
import { createDynamoDbStateStore } from '../adapters/aws/dynamodb-state-store.ts';
import { createDynamoDbSweepCandidates } from '../adapters/aws/dynamodb-sweep-candidates.ts';
import { createLambdaHandlerFunctions } from '../adapters/aws/lambda-handler-functions.ts';
import { createSqsDeadLetterCopies } from '../adapters/aws/sqs-dead-letter-copies.ts';
import { createSqsHandlerQueues } from '../adapters/aws/sqs-handler-queues.ts';
import { createSqsQueueAdmin } from '../adapters/aws/sqs-queue-admin.ts';
import { createSqsTicks } from '../adapters/aws/sqs-ticks.ts';
import type { DeliverySettings } from '../core/delivery/delivery-settings.ts';
import { type ConnectedHandler, deadLettersOf, withHandlerQueues } from '../core/runs/connected-handler.ts';
import { awsClientSettings } from '../runtime/lambda/aws-client-settings.ts';
import { log } from '../runtime/lambda/logger.ts';
import { metrics } from '../runtime/lambda/powertools-metrics.ts';
import { createListers } from '../runtime/runs/services.ts';

export interface RunServicesOptions {
  readonly projectKey: string;
  readonly tableName: string;
  readonly handlers: Readonly<Record<string, ConnectedHandler>>;
  readonly tickQueueUrl: string;
  readonly commercetoolsSecret: string;
  readonly delivery: Pick<DeliverySettings, 'commercetoolsTimeoutMs' | 'tombstoneSeconds'>;
}

/** A comparison of 50 customers takes the handler several seconds; the invocation's signal ends the call in time. */
const invokeClientSettings = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 60_000, throwOnRequestTimeout: true },
};

/** Creates clients and stores once per environment, and binds calls to commercetools and handlers to one invocation. */
export function createRunServices(options: RunServicesOptions) {
  const { projectKey, tableName, handlers, delivery } = options;
  const clock = Date.now;
  const sqs = new SQSClient(awsClientSettings);
  const lambda = new LambdaClient(invokeClientSettings);
  const table = { client: new DynamoDBClient(awsClientSettings), tableName, projectKey, clock };
  const listerOf = createListers({
    secrets: new SecretsManagerClient(awsClientSettings),
    secretId: options.commercetoolsSecret,
    timeoutMs: delivery.commercetoolsTimeoutMs,
    projectKey,
    clock,
  });
  const ofHandlers = (property: 'queueUrl' | 'functionName'): Record<string, string> =>
    Object.fromEntries(Object.entries(handlers).map(([id, handler]) => [id, handler[property]]));
  const functionNames = ofHandlers('functionName');
  const kept = {
    projectKey,
    handlers,
    runs: createDynamoDbRunStore(table),
    ticks: createSqsTicks(sqs, options.tickQueueUrl),
    store: createDynamoDbStateStore({ ...table, tombstoneSeconds: delivery.tombstoneSeconds }),
    candidates: createDynamoDbSweepCandidates(table),
    failures: createDynamoDbFailureStore(table),
    settings: createDynamoDbSettingsStore({
      ...table,
      onUnreadable: (name) => log.error({ code: 'SETTING_UNREADABLE', errorName: 'ZodError', place: name }),
    }),
    queues: createSqsHandlerQueues(sqs, ofHandlers('queueUrl')),
    queueAdmin: createSqsQueueAdmin(sqs, withHandlerQueues({}, handlers)),
    copies: createSqsDeadLetterCopies(sqs, deadLettersOf(handlers)),
    clock,
    log,
    metrics,
  };
  return (signal: AbortSignal) => ({
    ...kept,
    lister: listerOf(signal),
    handlerFunctions: createLambdaHandlerFunctions({ client: lambda, functionNames, signal }),
  });
}
