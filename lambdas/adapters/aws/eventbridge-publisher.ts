import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventPublisher } from '../../core/delivery/ports/event-publisher.ts';
import { requestBatches } from './request-batches.ts';

/** `source` of every event on the internal bus. */
const SOURCE = 'commercetools-fluent-connector';

export function createEventBridgePublisher(client: EventBridgeClient, busName: string): EventPublisher {
  /** Answers the positions that the bus did not take. */
  async function publishBatch(batch: readonly (Entry & { index: number })[]): Promise<number[]> {
    const Entries = batch.map(({ index: _index, ...entry }) => entry);
    const answer = await client.send(new PutEventsCommand({ Entries })).catch(() => undefined);
    // The answer may be 200 with failures inside: only an entry that got an id was taken.
    return batch.flatMap(({ index }, at) => (answer?.Entries?.[at]?.EventId === undefined ? [index] : []));
  }

  return {
    async publish(entries) {
      const all = entries.map(({ typeId, event }, index) => ({
        index,
        ...{ EventBusName: busName, Source: SOURCE, DetailType: typeId, Detail: JSON.stringify(event) },
      }));
      const batches = requestBatches(all, ({ DetailType, Detail }) => [SOURCE, DetailType, Detail]);
      return new Set((await Promise.all(batches.map(publishBatch))).flat());
    },
  };
}

type Entry = Record<'EventBusName' | 'Source' | 'DetailType' | 'Detail', string>;
