import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { createEventBridgePublisher } from '../adapters/aws/eventbridge-publisher.ts';
import type { EventPublisher } from '../core/delivery/ports/event-publisher.ts';

import { awsClientSettings } from './aws-client-settings.ts';

/** The bus with this name. Apart from the queues, so that only the function that publishes carries the client. */
export function eventPublisher(busName: string): EventPublisher {
  return createEventBridgePublisher(new EventBridgeClient(awsClientSettings), busName);
}
