import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import {
  type AwsIntakeSwitchesOptions,
  createAwsIntakeSwitches,
} from '../adapters/aws/aws-intake-switches.ts';
import { createCloudWatchRates } from '../adapters/aws/cloudwatch-rates.ts';
import { createDynamoDbFailureStore } from '../adapters/aws/dynamodb-failure-store.ts';
import { createDynamoDbPendingStore } from '../adapters/aws/dynamodb-pending-store.ts';
import { createDynamoDbReceiptStore } from '../adapters/aws/dynamodb-receipt-store.ts';
import { createDynamoDbRunStore } from '../adapters/aws/dynamodb-run-store.ts';
import { createDynamoDbSettingsStore } from '../adapters/aws/dynamodb-settings-store.ts';
import { createDynamoDbStateStore } from '../adapters/aws/dynamodb-state-store.ts';
import { createLambdaHandlerFunctions } from '../adapters/aws/lambda-handler-functions.ts';
import { createLambdaSubscriptionFunction } from '../adapters/aws/lambda-subscription-function.ts';
import { createSqsDeadLetterCopies } from '../adapters/aws/sqs-dead-letter-copies.ts';
import { createSqsHandlerQueues } from '../adapters/aws/sqs-handler-queues.ts';
import { createSqsQueueDesk } from '../adapters/aws/sqs-queue-desk.ts';
import { createSqsTicks } from '../adapters/aws/sqs-ticks.ts';
import {
  type ConnectedHandler,
  type ConnectedQueue,
  deadLettersOf,
  withHandlerQueues,
} from '../core/connected-handler.ts';
import type { DeliverySettings } from '../core/delivery-settings.ts';
import type { SubscriptionProperties } from '../core/subscription-request.ts';
import { awsClientSettings } from './aws-client-settings.ts';
import { readEnv } from './env.ts';
import { createListers } from './lister.ts';
import { log } from './logger.ts';

export interface ControlServicesOptions {
  readonly projectKey: string;
  readonly tableName: string;
  readonly handlers: Readonly<Record<string, ConnectedHandler>>;
  /** Those beside the handlers' own. */
  readonly queues: Readonly<Record<string, ConnectedQueue>>;
  readonly tickQueueUrl: string;
  readonly rule: AwsIntakeSwitchesOptions['rule'];
  readonly archive: NonNullable<AwsIntakeSwitchesOptions['archive']>;
  readonly subscriptionFunction: string;
  readonly subscription: SubscriptionProperties;
  readonly commercetoolsSecret: string;
  readonly delivery: Pick<DeliverySettings, 'commercetoolsTimeoutMs' | 'tombstoneSeconds'>;
}

/** Where the functions' own metrics go; set on every function. */
const metricsEnv = z.object({ POWERTOOLS_METRICS_NAMESPACE: z.string() });

/** An operator waits for what another function does; the invocation's own signal ends it in time. */
const askingClientSettings = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 58_000, throwOnRequestTimeout: true },
};

/** What the control function works with: clients and stores once per environment, what calls out bound to one invocation. */
export function createControlServices(options: ControlServicesOptions) {
  const { projectKey, tableName, handlers } = options;
  const clock = Date.now;
  const dynamoDb = new DynamoDBClient(awsClientSettings);
  const sqs = new SQSClient(awsClientSettings);
  const askingLambda = new LambdaClient(askingClientSettings);
  const cloudWatch = new CloudWatchClient(awsClientSettings);
  const table = { client: dynamoDb, tableName, projectKey, clock };
  const { POWERTOOLS_METRICS_NAMESPACE: namespace } = readEnv(metricsEnv);
  const listerOf = createListers({
    secrets: new SecretsManagerClient(awsClientSettings),
    secretId: options.commercetoolsSecret,
    timeoutMs: options.delivery.commercetoolsTimeoutMs,
    projectKey,
    clock,
  });
  const kept = {
    projectKey,
    handlers,
    subscriptionKey: options.subscription.subscriptionKey,
    runs: createDynamoDbRunStore(table),
    failures: createDynamoDbFailureStore(table),
    pending: createDynamoDbPendingStore(table),
    receipts: createDynamoDbReceiptStore(table),
    store: createDynamoDbStateStore({ ...table, tombstoneSeconds: options.delivery.tombstoneSeconds }),
    settings: createDynamoDbSettingsStore({
      ...table,
      onUnreadable: (name) => log.error({ code: 'SETTING_UNREADABLE', errorName: 'ZodError', place: name }),
    }),
    ticks: createSqsTicks(sqs, options.tickQueueUrl),
    desk: createSqsQueueDesk(sqs, withHandlerQueues(options.queues, handlers)),
    copies: createSqsDeadLetterCopies(sqs, deadLettersOf(handlers)),
    queues: createSqsHandlerQueues(
      sqs,
      Object.fromEntries(Object.entries(handlers).map(([id, { queueUrl }]) => [id, queueUrl])),
    ),
    switches: createAwsIntakeSwitches({
      lambda: new LambdaClient(awsClientSettings),
      eventBridge: new EventBridgeClient(awsClientSettings),
      handlers,
      rule: options.rule,
      archive: options.archive,
    }),
    clock,
    random: Math.random,
    sleep: async (ms: number): Promise<void> => sleep(ms),
    log,
  };
  const functionNames = Object.fromEntries(
    Object.entries(handlers).map(([id, { functionName }]) => [id, functionName]),
  );
  return (signal: AbortSignal) => ({
    ...kept,
    lister: listerOf(signal),
    handlerFunctions: createLambdaHandlerFunctions({ client: askingLambda, functionNames, signal }),
    subscription: createLambdaSubscriptionFunction({
      client: askingLambda,
      functionName: options.subscriptionFunction,
      subscription: options.subscription,
      signal,
    }),
    rates: createCloudWatchRates({ client: cloudWatch, namespace, clock, signal }),
  });
}
