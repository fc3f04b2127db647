import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { type AwsFlowRulesOptions, createAwsFlowRules } from '../adapters/aws/aws-flow-rules.ts';
import { createCloudWatchQueueAges } from '../adapters/aws/cloudwatch-queue-ages.ts';
import { createCloudWatchRates } from '../adapters/aws/cloudwatch-rates.ts';
import { createDynamoDbPendingStore } from '../adapters/aws/dynamodb-pending-store.ts';
import { createSqsDeadLetterCopies } from '../adapters/aws/sqs-dead-letter-copies.ts';
import { createSqsHandlerQueues } from '../adapters/aws/sqs-handler-queues.ts';
import { createSqsQueueAdmin } from '../adapters/aws/sqs-queue-admin.ts';
import { type ConnectedQueue, deadLettersOf, withHandlerQueues } from '../core/runs/connected-handler.ts';
import { awsClientSettings } from '../runtime/lambda/aws-client-settings.ts';
import { readEnv } from '../runtime/lambda/env.ts';
import { createOperationsServices, type OperationsServicesOptions } from '../runtime/operations/services.ts';
import { createListers } from '../runtime/runs/services.ts';

export interface ControlServicesOptions extends OperationsServicesOptions {
  /** All queues except those of the handlers. */
  readonly queues: Readonly<Record<string, ConnectedQueue>>;
  /** The rules that send to queues. */
  readonly rules: AwsFlowRulesOptions['rules'];
  readonly commercetoolsSecret: string;
}

/** Namespace of the connector's metrics; set on every function. */
const metricsEnv = z.object({ POWERTOOLS_METRICS_NAMESPACE: z.string() });

/** Just below the time limit of the function, because an operator waits for the answer. */
const INVOKE_TIMEOUT_MS = 58_000;

export function createControlServices(options: ControlServicesOptions) {
  const { projectKey, handlers } = options;
  const { sqs, table, stores, functionsOf } = createOperationsServices(options, INVOKE_TIMEOUT_MS);
  const { clock } = stores;
  const cloudWatch = new CloudWatchClient(awsClientSettings);
  const { POWERTOOLS_METRICS_NAMESPACE: namespace } = readEnv(metricsEnv);
  const listerOf = createListers({
    secrets: new SecretsManagerClient(awsClientSettings),
    secretId: options.commercetoolsSecret,
    timeoutMs: options.delivery.commercetoolsTimeoutMs,
    projectKey,
    clock,
  });
  const queues = withHandlerQueues(options.queues, handlers);
  const own = {
    subscriptionKey: options.subscription.subscriptionKey,
    pending: createDynamoDbPendingStore(table),
    rules: createAwsFlowRules({
      eventBridge: new EventBridgeClient(awsClientSettings),
      sqs,
      rules: options.rules,
      queueUrl: options.tickQueueUrl.slice(0, options.tickQueueUrl.lastIndexOf('/') + 1),
    }),
    queueAdmin: createSqsQueueAdmin(sqs, queues),
    copies: createSqsDeadLetterCopies(sqs, deadLettersOf(handlers)),
    queues: createSqsHandlerQueues(
      sqs,
      Object.fromEntries(Object.entries(handlers).map(([id, { queueUrl }]) => [id, queueUrl])),
    ),
    sleep: async (ms: number): Promise<void> => sleep(ms),
  };
  return (signal: AbortSignal) => ({
    ...stores,
    ...own,
    ...functionsOf(signal),
    lister: listerOf(signal),
    ages: createCloudWatchQueueAges({ client: cloudWatch, queues, clock, signal }),
    rates: createCloudWatchRates({ client: cloudWatch, namespace, clock, signal }),
  });
}
