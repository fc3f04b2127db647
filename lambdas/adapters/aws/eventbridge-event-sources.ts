import {
  DescribeEventSourceCommand,
  type EventBridgeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';
import type { EventSources } from '../../core/operations/ports/subscriptions.ts';

export function createEventBridgeEventSources(client: EventBridgeClient): EventSources {
  return {
    async state(name) {
      try {
        const { State } = await client.send(new DescribeEventSourceCommand({ Name: name }));
        return State ?? 'MISSING';
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return 'MISSING';
        throw error;
      }
    },
  };
}
