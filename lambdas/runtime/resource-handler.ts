import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createDynamoDbStateStore } from '../adapters/aws/dynamodb-state-store.ts';
import { deliverySettings } from '../core/delivery-settings.ts';
import { resourceHandlerEnv } from '../handlers/env.ts';
import { awsClientSettings } from './aws-client-settings.ts';
import { createHandler } from './create-handler.ts';
import { readEnv, readJsonVariable } from './env.ts';
import { log } from './logger.ts';
import { metrics } from './metrics.ts';
import { deadLetters, workQueue } from './queues.ts';
import { processBatch } from './resource-batch.ts';
import type { ResourceDefinition } from './resource-definition.ts';
import { createServices } from './services.ts';
import { failedRecords, queueRecords } from './sqs-event.ts';

/** A Lambda that brings the OMS to the newest version of a resource. All clients are made once per environment. */
export function createResourceHandler<Source, Model, Settings>(
  definition: ResourceDefinition<Source, Model, Settings>,
) {
  const env = readEnv(resourceHandlerEnv);
  const delivery = readJsonVariable('DELIVERY_SETTINGS', env.DELIVERY_SETTINGS, deliverySettings);
  const settings = readJsonVariable('HANDLER_SETTINGS', env.HANDLER_SETTINGS, definition.settings);
  const clock = Date.now;
  const servicesFor = createServices({
    env,
    delivery,
    clock,
    secrets: new SecretsManagerClient(awsClientSettings),
  });
  const ports = {
    handlerId: env.HANDLER_ID,
    projectKey: env.PROJECT_KEY,
    delivery,
    store: createDynamoDbStateStore({
      client: new DynamoDBClient(awsClientSettings),
      tableName: env.TABLE_NAME,
      clock,
      tombstoneSeconds: delivery.tombstoneSeconds,
    }),
    queue: workQueue(env.QUEUE_URL),
    deadLetters: deadLetters(env.DLQ_URL),
    clock,
    random: Math.random,
    log,
    metrics,
  };

  return createHandler(async (event: SQSEvent, { signal }): Promise<SQSBatchResponse> => {
    const services = servicesFor(signal);
    return failedRecords(
      await processBatch(definition, settings, { ...ports, services }, queueRecords(event)),
    );
  });
}
