import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  type AwsIntakeSwitchesOptions,
  createAwsIntakeSwitches,
} from '../adapters/aws/aws-intake-switches.ts';
import { createDynamoDbErasedStore } from '../adapters/aws/dynamodb-erased-store.ts';
import { createDynamoDbFailureStore } from '../adapters/aws/dynamodb-failure-store.ts';
import { createDynamoDbReceiptStore } from '../adapters/aws/dynamodb-receipt-store.ts';
import { createDynamoDbRunStore } from '../adapters/aws/dynamodb-run-store.ts';
import { createDynamoDbSettingsStore } from '../adapters/aws/dynamodb-settings-store.ts';
import { createDynamoDbStateStore } from '../adapters/aws/dynamodb-state-store.ts';
import { createLambdaHandlerFunctions } from '../adapters/aws/lambda-handler-functions.ts';
import { createLambdaSubscriptionFunction } from '../adapters/aws/lambda-subscription-function.ts';
import { readSecret } from '../adapters/aws/secrets-manager-secrets.ts';
import { createSqsDeadLetterCopies } from '../adapters/aws/sqs-dead-letter-copies.ts';
import { createSqsTicks } from '../adapters/aws/sqs-ticks.ts';
import { createCommercetoolsCanary } from '../adapters/commercetools/commercetools-canary.ts';
import { type ConnectedHandler, deadLettersOf } from '../core/connected-handler.ts';
import { commercetoolsConnection } from '../core/connection.ts';
import type { DeliverySettings } from '../core/delivery-settings.ts';
import type { Canary } from '../core/ports/canary.ts';
import type { RunSettings } from '../core/run-settings.ts';
import type { SubscriptionProperties } from '../core/subscription-request.ts';
import { TokenCache } from '../core/token.ts';
import { awsClientSettings } from './aws-client-settings.ts';
import { log } from './logger.ts';
import { metrics } from './metrics.ts';
import { type StartRunRequest, startRun } from './start-run.ts';

export interface CaretakerServicesOptions {
  readonly projectKey: string;
  readonly tableName: string;
  readonly handlers: Readonly<Record<string, ConnectedHandler>>;
  readonly tickQueueUrl: string;
  readonly notificationDeadLetters: Readonly<Record<string, string>>;
  readonly rule: AwsIntakeSwitchesOptions['rule'];
  readonly archive: NonNullable<AwsIntakeSwitchesOptions['archive']>;
  readonly subscriptionFunction: string;
  readonly subscription: SubscriptionProperties;
  /** Empty = nothing may be changed at the source. */
  readonly canarySecret: string;
  readonly delivery: Pick<DeliverySettings, 'commercetoolsTimeoutMs' | 'tombstoneSeconds'>;
  readonly runSettings: RunSettings;
}

/** A handler that probes and a subscription that is looked at call somebody themselves: their own timeouts come first. */
const askingClientSettings = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 45_000, throwOnRequestTimeout: true },
};

/** What the caretaker works with: clients and stores once per environment, what calls out bound to one invocation. */
export function createCaretakerServices(options: CaretakerServicesOptions) {
  const { projectKey, tableName, handlers, runSettings, notificationDeadLetters } = options;
  const clock = Date.now;
  const table = { client: new DynamoDBClient(awsClientSettings), tableName, projectKey, clock };
  const sqs = new SQSClient(awsClientSettings);
  const askingLambda = new LambdaClient(askingClientSettings);
  const kept = {
    projectKey,
    handlers,
    runSettings,
    runs: createDynamoDbRunStore(table),
    store: createDynamoDbStateStore({ ...table, tombstoneSeconds: options.delivery.tombstoneSeconds }),
    settings: createDynamoDbSettingsStore({
      ...table,
      onUnreadable: (name) => log.error({ code: 'SETTING_UNREADABLE', errorName: 'ZodError', place: name }),
    }),
    erased: createDynamoDbErasedStore(table),
    receipts: createDynamoDbReceiptStore(table),
    ticks: createSqsTicks(sqs, options.tickQueueUrl),
    copies: createSqsDeadLetterCopies(sqs, { ...deadLettersOf(handlers), ...notificationDeadLetters }),
    sharedQueues: Object.keys(notificationDeadLetters),
    switches: createAwsIntakeSwitches({
      lambda: new LambdaClient(awsClientSettings),
      eventBridge: new EventBridgeClient(awsClientSettings),
      handlers,
      rule: options.rule,
      archive: options.archive,
    }),
    clock,
    log,
    metrics,
  };
  const runPorts = { ...kept, failures: createDynamoDbFailureStore(table), random: Math.random };
  const functionNames = Object.fromEntries(
    Object.entries(handlers).map(([id, { functionName }]) => [id, functionName]),
  );
  const canaryOf = canary(options);
  return (signal: AbortSignal) => ({
    ...kept,
    startRun: (request: StartRunRequest) => startRun(runPorts, request),
    handlerFunctions: createLambdaHandlerFunctions({ client: askingLambda, functionNames, signal }),
    subscription: createLambdaSubscriptionFunction({
      client: askingLambda,
      functionName: options.subscriptionFunction,
      subscription: options.subscription,
      signal,
    }),
    ...canaryOf(signal),
  });
}

/** The secret is read at each touch: there are minutes between them, and it may have been rotated. */
function canary({ projectKey, canarySecret, delivery }: CaretakerServicesOptions) {
  const secrets = new SecretsManagerClient(awsClientSettings);
  const tokens = new TokenCache(Date.now);
  return (signal: AbortSignal): { canary?: Canary } => {
    if (canarySecret === '') return {};
    const touch: Canary['touch'] = async (...change) => {
      const connection = await readSecret(secrets, canarySecret, commercetoolsConnection, signal);
      const timeoutMs = delivery.commercetoolsTimeoutMs;
      const options = { connection, projectKey, signal, tokens, timeoutMs, clock: Date.now };
      return createCommercetoolsCanary(options).touch(...change);
    };
    return { canary: { touch } };
  };
}
