import {
  DescribeEventSourceCommand,
  type EventBridgeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';
import type { EventSources } from '../../core/ports/subscriptions.ts';

export function createEventBridgeEventSources(client: EventBridgeClient): EventSources {
  return {
    async exists(name) {
      try {
        await client.send(new DescribeEventSourceCommand({ Name: name }));
        return true;
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return false;
        throw error;
      }
    },
  };
}
