import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  type AwsIntakeSwitchesOptions,
  createAwsIntakeSwitches,
} from '../../adapters/aws/aws-intake-switches.ts';
import { createDynamoDbFailureStore } from '../../adapters/aws/dynamodb-failure-store.ts';
import { createDynamoDbReceiptStore } from '../../adapters/aws/dynamodb-receipt-store.ts';
import { createDynamoDbRunStore } from '../../adapters/aws/dynamodb-run-store.ts';
import { createDynamoDbSettingsStore } from '../../adapters/aws/dynamodb-settings-store.ts';
import { createDynamoDbStateStore } from '../../adapters/aws/dynamodb-state-store.ts';
import { createLambdaHandlerFunctions } from '../../adapters/aws/lambda-handler-functions.ts';
import { createLambdaSubscriptionFunction } from '../../adapters/aws/lambda-subscription-function.ts';
import { createSqsTicks } from '../../adapters/aws/sqs-ticks.ts';
import type { DeliverySettings } from '../../core/delivery/delivery-settings.ts';
import type { SubscriptionProperties } from '../../core/operations/subscription-request.ts';
import type { ConnectedHandler } from '../../core/runs/connected-handler.ts';
import { awsClientSettings } from '../lambda/aws-client-settings.ts';
import { log } from '../lambda/logger.ts';

export interface OperationsServicesOptions {
  readonly projectKey: string;
  readonly tableName: string;
  readonly handlers: Readonly<Record<string, ConnectedHandler>>;
  readonly tickQueueUrl: string;
  readonly rule: AwsIntakeSwitchesOptions['rule'];
  readonly archive: NonNullable<AwsIntakeSwitchesOptions['archive']>;
  readonly subscriptionFunction: string;
  readonly subscription: SubscriptionProperties;
  readonly delivery: Pick<DeliverySettings, 'commercetoolsTimeoutMs' | 'tombstoneSeconds'>;
}

/**
 * Clients and stores of both the caretaker and the control function. `stores` are made once per Lambda
 * instance, `functionsOf` invokes other functions with the signal of one invocation: once, with a timeout
 * above their own ones (`invokeTimeoutMs`).
 */
export function createOperationsServices(
  { projectKey, tableName, handlers, ...options }: OperationsServicesOptions,
  invokeTimeoutMs: number,
) {
  const clock = Date.now;
  const sqs = new SQSClient(awsClientSettings);
  const table = { client: new DynamoDBClient(awsClientSettings), tableName, projectKey, clock };
  const invoking = new LambdaClient({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: invokeTimeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  const functionNames = Object.fromEntries(
    Object.entries(handlers).map(([id, { functionName }]) => [id, functionName]),
  );
  const { subscriptionFunction: functionName, subscription } = options;
  return {
    sqs,
    table,
    stores: {
      projectKey,
      handlers,
      runs: createDynamoDbRunStore(table),
      failures: createDynamoDbFailureStore(table),
      receipts: createDynamoDbReceiptStore(table),
      store: createDynamoDbStateStore({ ...table, tombstoneSeconds: options.delivery.tombstoneSeconds }),
      settings: createDynamoDbSettingsStore({
        ...table,
        onUnreadable: (name) => log.error({ code: 'SETTING_UNREADABLE', errorName: 'ZodError', place: name }),
      }),
      ticks: createSqsTicks(sqs, options.tickQueueUrl),
      switches: createAwsIntakeSwitches({
        lambda: new LambdaClient(awsClientSettings),
        eventBridge: new EventBridgeClient(awsClientSettings),
        handlers,
        rule: options.rule,
        archive: options.archive,
      }),
      clock,
      random: Math.random,
      log,
    },
    functionsOf: (signal: AbortSignal) => ({
      handlerFunctions: createLambdaHandlerFunctions({ client: invoking, functionNames, signal }),
      subscription: createLambdaSubscriptionFunction({
        client: invoking,
        functionName,
        subscription,
        signal,
      }),
    }),
  };
}
