import { SQSClient } from '@aws-sdk/client-sqs';
import { createSqsDeadLetters } from '../adapters/aws/sqs-dead-letters.ts';
import { createSqsHandlerQueues } from '../adapters/aws/sqs-handler-queues.ts';
import { createSqsWorkQueue } from '../adapters/aws/sqs-work-queue.ts';
import type { HandlerQueues } from '../core/delivery/ports/handler-queues.ts';
import type { DeadLetters, WorkQueue } from '../core/delivery/ports/work-queue.ts';

import { awsClientSettings } from './aws-client-settings.ts';

/** One client, and so one pool of connections, for all queues of an environment. */
const sqs = new SQSClient(awsClientSettings);

export function deadLetters(queueUrl: string): DeadLetters {
  return createSqsDeadLetters(sqs, queueUrl);
}

export function workQueue(queueUrl: string): WorkQueue {
  return createSqsWorkQueue(sqs, queueUrl);
}

/** `queueUrls`: handler id -> URL of its FIFO queue. */
export function handlerQueues(queueUrls: Readonly<Record<string, string>>): HandlerQueues {
  return createSqsHandlerQueues(sqs, queueUrls);
}
