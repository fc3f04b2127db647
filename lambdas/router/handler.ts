/** Route queue -> handler queues: the route of an event's typeId names the handler. */
import type { SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { routes } from '../routes.ts';
import { createHandler } from '../runtime/lambda/create-handler.ts';
import { readEnv, readJsonVariable } from '../runtime/lambda/env.ts';
import { log } from '../runtime/lambda/logger.ts';
import { metrics } from '../runtime/lambda/powertools-metrics.ts';
import { failedRecords, queueRecords } from '../runtime/lambda/sqs-event.ts';
import { routerEnv } from './env.ts';
import { route } from './route.ts';
import { createRouterServices } from './services.ts';

const env = readEnv(routerEnv);
const queueUrls = readJsonVariable(
  'HANDLER_QUEUE_URLS',
  env.HANDLER_QUEUE_URLS,
  z.record(z.string(), z.url()),
);
const missing = routes.map(({ handler }) => handler).filter((handler) => queueUrls[handler] === undefined);
if (missing.length > 0) throw new Error(`HANDLER_QUEUE_URLS has no queue for handler ${missing.join(', ')}.`);
const ports = {
  routes,
  ...createRouterServices(env, queueUrls),
  log,
  metrics,
};

export const handler = createHandler(async (event: SQSEvent) =>
  failedRecords(await route(ports, queueRecords(event))),
);
