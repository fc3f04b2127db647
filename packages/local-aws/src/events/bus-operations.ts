import { AwsError, type JsonObject } from '../contract.ts';
import { optionalText, text } from '../fields.ts';
import type { Operation } from '../operations.ts';
import type { Bus, Buses } from './buses.ts';
import type { PartnerSources } from './partner-sources.ts';

/** CreateEventBus, DeleteEventBus, DescribeEventBus, ListEventBuses. */
export function busOperations(buses: Buses, sources: PartnerSources): Record<string, Operation> {
  return {
    CreateEventBus: (input) => {
      const name = text(input, 'Name');
      const eventSource = optionalText(input, 'EventSourceName');
      if (eventSource === undefined && (name.includes('/') || name.startsWith('aws.'))) {
        throw new AwsError(
          'ValidationException',
          `Event bus name ${name} is reserved for partner event sources.`,
        );
      }
      if (eventSource !== undefined && eventSource !== name) {
        throw new AwsError(
          'ValidationException',
          'The name of a partner event bus must equal EventSourceName.',
        );
      }
      if (eventSource !== undefined) sources.associate(eventSource);
      return { EventBusArn: buses.add(name, eventSource).arn };
    },
    DeleteEventBus: (input) => {
      const bus = buses.remove(text(input, 'Name'));
      if (bus?.eventSource) sources.release(bus.eventSource);
      return {};
    },
    DescribeEventBus: (input) => shown(buses.get(optionalText(input, 'Name') ?? 'default')),
    ListEventBuses: (input) => {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      return {
        EventBuses: buses
          .list()
          .filter(({ name }) => name.startsWith(prefix))
          .map(shown),
      };
    },
  };
}

function shown({ name, arn }: Bus): JsonObject {
  return { Name: name, Arn: arn };
}
