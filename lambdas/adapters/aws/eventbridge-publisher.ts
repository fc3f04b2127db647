import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventPublisher, PublishEntry } from '../../core/delivery/ports/event-publisher.ts';

/** EventBridge takes ten entries a call. */
const BATCH = 10;
/** `source` of every event on the internal bus. */
const SOURCE = 'commercetools-fluent-connector';

export function createEventBridgePublisher(client: EventBridgeClient, busName: string): EventPublisher {
  async function publishBatch(entries: readonly PublishEntry[], offset: number): Promise<number[]> {
    const positions = entries.map((_, index) => offset + index);
    try {
      const answer = await client.send(
        new PutEventsCommand({
          Entries: entries.map(({ typeId, event }) => ({
            EventBusName: busName,
            Source: SOURCE,
            DetailType: typeId,
            Detail: JSON.stringify(event),
          })),
        }),
      );
      // The answer is 200 with failures inside: only an entry that got an id was taken.
      return positions.filter((_, index) => answer.Entries?.[index]?.EventId === undefined);
    } catch {
      return positions;
    }
  }

  return {
    async publish(entries) {
      const starts = Array.from({ length: Math.ceil(entries.length / BATCH) }, (_, i) => i * BATCH);
      const failed = await Promise.all(
        starts.map((start) => publishBatch(entries.slice(start, start + BATCH), start)),
      );
      return new Set(failed.flat());
    },
  };
}
