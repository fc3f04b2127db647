/** Ingest queue -> internal bus: reads notifications, drops noise, names the typeId, collapses a batch. */
import type { SQSEvent } from 'aws-lambda';
import { routes } from '../routes.ts';
import { createHandler } from '../runtime/create-handler.ts';
import { readEnv } from '../runtime/env.ts';
import { eventPublisher } from '../runtime/event-publisher.ts';
import { log } from '../runtime/logger.ts';
import { metrics } from '../runtime/metrics.ts';
import { deadLetters } from '../runtime/queues.ts';
import { failedRecords, queueRecords } from '../runtime/sqs-event.ts';
import { queueListenerEnv } from './env.ts';
import { listen } from './listen.ts';

const env = readEnv(queueListenerEnv);
const ports = {
  projectKey: env.PROJECT_KEY,
  routes,
  publisher: eventPublisher(env.INTERNAL_BUS_NAME),
  deadLetters: deadLetters(env.INGEST_DLQ_URL),
  log,
  metrics,
};

export const handler = createHandler(async (event: SQSEvent) =>
  failedRecords(await listen(ports, queueRecords(event))),
);
