/** Tick queue -> one page of a run -> the handler's queue and the next tick. */
import type { SQSEvent } from 'aws-lambda';
import { ConnectorError } from '../core/base/errors.ts';
import { deliverySettings } from '../core/delivery/delivery-settings.ts';
import { connectedHandlers } from '../core/runs/connected-handler.ts';
import { runSettings } from '../core/runs/run-settings.ts';
import { readTick } from '../core/runs/run-tick.ts';
import { createHandler } from '../runtime/lambda/create-handler.ts';
import { readEnv, readJsonVariable } from '../runtime/lambda/env.ts';
import { log } from '../runtime/lambda/logger.ts';
import { failedRecords, queueRecords } from '../runtime/lambda/sqs-event.ts';
import { runFeederEnv } from './env.ts';
import { feed } from './feed.ts';
import { createRunServices } from './services.ts';

const env = readEnv(runFeederEnv);
const delivery = readJsonVariable('DELIVERY_SETTINGS', env.DELIVERY_SETTINGS, deliverySettings);
const servicesFor = createRunServices({
  projectKey: env.PROJECT_KEY,
  tableName: env.TABLE_NAME,
  handlers: readJsonVariable('HANDLERS', env.HANDLERS, connectedHandlers),
  tickQueueUrl: env.TICK_QUEUE_URL,
  commercetoolsSecret: env.COMMERCETOOLS_SECRET,
  delivery,
});
const settings = {
  runSettings: readJsonVariable('RUN_SETTINGS', env.RUN_SETTINGS, runSettings),
  absentAfterSeconds: delivery.absentAfterSeconds,
};

export const handler = createHandler(async (event: SQSEvent, { signal }) => {
  const ports = { ...servicesFor(signal), ...settings };
  const failed = [];
  for (const record of queueRecords(event)) {
    const tick = readTick(record.body);
    // Only this stack writes to the queue, so an unreadable message is a bug; SQS moves it to the dead-letter queue.
    if (!tick) {
      log.error({ code: 'NO_TICK', errorName: 'ZodError', place: record.messageId });
      failed.push(record);
      continue;
    }
    try {
      await feed(ports, { tick, receives: record.receives });
    } catch (error) {
      const code = error instanceof ConnectorError ? error.code : 'INTERNAL';
      log.error({ code, errorName: error instanceof Error ? error.name : typeof error, place: tick.runId });
      failed.push(record);
    }
  }
  return failedRecords(failed);
});
