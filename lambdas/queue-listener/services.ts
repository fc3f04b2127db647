import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createEventBridgePublisher } from '../adapters/aws/eventbridge-publisher.ts';
import { createSqsDeadLetters } from '../adapters/aws/sqs-dead-letters.ts';
import { awsClientSettings } from '../runtime/lambda/aws-client-settings.ts';
import type { QueueListenerEnv } from './env.ts';

/** The AWS clients and adapters of the queue listener, created once per execution environment. */
export function createQueueListenerServices(env: QueueListenerEnv) {
  return {
    publisher: createEventBridgePublisher(new EventBridgeClient(awsClientSettings), env.INTERNAL_BUS_NAME),
    deadLetters: createSqsDeadLetters(new SQSClient(awsClientSettings), env.INGEST_DLQ_URL),
  };
}
