import type { SQSEvent } from 'aws-lambda';
import { careSettings } from '../../core/base/care-settings.ts';
import { deliverySettings } from '../../core/delivery/delivery-settings.ts';
import { createHandler } from '../lambda/create-handler.ts';
import { readEnv, readJsonVariable } from '../lambda/env.ts';
import { log } from '../lambda/logger.ts';
import { metrics } from '../lambda/powertools-metrics.ts';
import { failedRecords, queueRecords } from '../lambda/sqs-event.ts';
import { resourceHandlerEnv } from './env.ts';
import { answerHandlerRequest } from './handler-requests.ts';
import { createSwitchBoard } from './handler-switches.ts';
import { processBatch } from './resource-batch.ts';
import type { ResourceDefinition } from './resource-definition.ts';
import { createResourceServices } from './services.ts';

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
  const { switchSetting, systemsFor, ...adapters } = createResourceServices({ env, delivery, clock });
  const ports = {
    handlerId,
    projectKey: env.PROJECT_KEY,
    delivery,
    ...adapters,
    switches: createSwitchBoard({ setting: switchSetting, handlerId, care, clock, log, metrics }),
    clock,
    random: Math.random,
    log,
    metrics,
  };

  return createHandler<unknown, unknown>(async (event, { signal }) => {
    const services = systemsFor(signal);
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
