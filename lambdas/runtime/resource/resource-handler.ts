import type { SQSEvent } from 'aws-lambda';
import { careSettings } from '../../core/base/care-settings.ts';
import { deliverySettings } from '../../core/delivery/delivery-settings.ts';
import { createHandler } from '../lambda/create-handler.ts';
import { readEnv, readJsonVariable } from '../lambda/env.ts';
import { log } from '../lambda/logger.ts';
import { metrics } from '../lambda/powertools-metrics.ts';
import { failedRecords, queueRecords } from '../lambda/sqs-event.ts';
import { resourceHandlerEnv } from './env.ts';
import { processBatch } from './process-batch.ts';
import { answerHandlerRequest } from './requests/handler-requests.ts';
import type { ResourceDefinition } from './resource-definition.ts';
import { createResourceServices } from './services.ts';
import { createSwitchBoard } from './switches/handler-switches.ts';

/**
 * The Lambda of a resource handler. Its queue invokes it with messages; the control plane invokes it directly with a
 * `handlerRequest`, because only a handler may call the OMS. All clients are created once per environment.
 */
export function createResourceHandler(definition: ResourceDefinition) {
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
    const handler = { definition, settings, ports: { ...ports, services: systemsFor(signal) } };
    if (isQueueEvent(event)) return failedRecords(await processBatch(handler, queueRecords(event)));
    return answerHandlerRequest(handler, event);
  });
}

function isQueueEvent(event: unknown): event is SQSEvent {
  return typeof event === 'object' && event !== null && 'Records' in event;
}
