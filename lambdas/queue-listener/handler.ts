/** Ingest queue -> internal bus: reads notifications, filters noise, sets the typeId, collapses a batch. */
import type { SQSEvent } from 'aws-lambda';
import { routes } from '../routes.ts';
import { createHandler } from '../runtime/lambda/create-handler.ts';
import { readEnv } from '../runtime/lambda/env.ts';
import { log } from '../runtime/lambda/logger.ts';
import { metrics } from '../runtime/lambda/powertools-metrics.ts';
import { failedRecords, queueRecords } from '../runtime/lambda/sqs-event.ts';
import { queueListenerEnv } from './env.ts';
import { listen } from './listen.ts';
import { createQueueListenerServices } from './services.ts';

const env = readEnv(queueListenerEnv);
const ports = {
  projectKey: env.PROJECT_KEY,
  routes,
  ...createQueueListenerServices(env),
  log,
  metrics,
};

export const handler = createHandler(async (event: SQSEvent) =>
  failedRecords(await listen(ports, queueRecords(event))),
);
