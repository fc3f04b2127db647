import { SQSClient } from '@aws-sdk/client-sqs';
import { createSqsDeadLetters } from '../adapters/aws/sqs-dead-letters.ts';
import { createSqsHandlerQueues } from '../adapters/aws/sqs-handler-queues.ts';
import { awsClientSettings } from '../runtime/lambda/aws-client-settings.ts';
import type { RouterEnv } from './env.ts';

/** The adapters of the router, over one SQS client. `queueUrls`: handler id -> URL of its FIFO queue. */
export function createRouterServices(env: RouterEnv, queueUrls: Readonly<Record<string, string>>) {
  const sqs = new SQSClient(awsClientSettings);
  return {
    queues: createSqsHandlerQueues(sqs, queueUrls),
    deadLetters: createSqsDeadLetters(sqs, env.ROUTE_DLQ_URL),
  };
}
