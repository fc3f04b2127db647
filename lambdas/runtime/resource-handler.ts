import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSEvent } from 'aws-lambda';
import { careSettings } from '../core/base/care-settings.ts';
import { deliverySettings } from '../core/delivery/delivery-settings.ts';
import { resourceHandlerEnv } from '../handlers/env.ts';
import { awsClientSettings } from './aws-client-settings.ts';
import { createHandler } from './create-handler.ts';
import { readEnv, readJsonVariable } from './env.ts';
import { answerHandlerRequest } from './handler-requests.ts';
import { createHandlerStores } from './handler-stores.ts';
import { createSwitchBoard } from './handler-switches.ts';
import { log } from './logger.ts';
import { metrics } from './metrics.ts';
import { deadLetters, workQueue } from './queues.ts';
import { processBatch } from './resource-batch.ts';
import type { ResourceDefinition } from './resource-definition.ts';
import { createServices } from './services.ts';
import { failedRecords, queueRecords } from './sqs-event.ts';

/**
 * A Lambda that brings the OMS to the newest version of a resource. Its queue invokes it with messages; whoever has to compare,
 * to look or to be told invokes it directly, with a `handlerRequest`. All clients are made once per environment.
 */
export function createResourceHandler<Source, Model, Settings>(
  definition: ResourceDefinition<Source, Model, Settings>,
) {
  const env = readEnv(resourceHandlerEnv);
  const delivery = readJsonVariable('DELIVERY_SETTINGS', env.DELIVERY_SETTINGS, deliverySettings);
  const care = readJsonVariable('CARE_SETTINGS', env.CARE_SETTINGS, careSettings);
  const settings = readJsonVariable('HANDLER_SETTINGS', env.HANDLER_SETTINGS, definition.settings);
  const clock = Date.now;
  const handlerId = env.HANDLER_ID;
  const servicesFor = createServices({
    env,
    delivery,
    clock,
    secrets: new SecretsManagerClient(awsClientSettings),
  });
  const { switchSetting, ...stores } = createHandlerStores({
    client: new DynamoDBClient(awsClientSettings),
    env,
    delivery,
    clock,
  });
  const ports = {
    handlerId,
    projectKey: env.PROJECT_KEY,
    delivery,
    ...stores,
    switches: createSwitchBoard({ setting: switchSetting, handlerId, care, clock, log, metrics }),
    queue: workQueue(env.QUEUE_URL),
    deadLetters: deadLetters(env.DLQ_URL),
    clock,
    random: Math.random,
    log,
    metrics,
  };

  return createHandler<unknown, unknown>(async (event, { signal }) => {
    const services = servicesFor(signal);
    if (!isQueueEvent(event))
      return answerHandlerRequest({ definition, settings, ports: { ...ports, services } }, event);
    return failedRecords(
      await processBatch(definition, settings, { ...ports, services }, queueRecords(event)),
    );
  });
}

/** SQS alone sends records; a direct request names itself. */
function isQueueEvent(event: unknown): event is SQSEvent {
  return typeof event === 'object' && event !== null && 'Records' in event;
}
