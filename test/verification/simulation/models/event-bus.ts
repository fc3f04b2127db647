import type {
  EventPublisher,
  PublishEntry,
} from '../../../../lambdas/core/delivery/ports/event-publisher.ts';
import type { Sim } from '../kernel/sim.ts';
import type { Invocation } from './invocation.ts';
import type { StandardQueue } from './standard-queue.ts';

/** Everything that the bus delivered, for the search for canaries. */
export type OnEvent = (body: string) => void;

/** The internal bus and its rule: at least once, unordered, with failed entries inside a successful answer. */
export function publisherOf(
  sim: Sim,
  routeQueue: StandardQueue,
  invocation: Invocation,
  world: { isDown: () => boolean; onEvent: OnEvent },
): EventPublisher {
  const { faults, kernel, random, trace } = sim;

  function deliver({ typeId, event }: PublishEntry, isLate: boolean): void {
    const body = `{"version":"0","detail-type":${JSON.stringify(typeId)},"source":"commercetools-fluent-connector","detail":${JSON.stringify(event)}}`;
    world.onEvent(body);
    kernel.after(isLate ? random.integer(60_000, 3_600_000) : random.integer(10, 400), () =>
      routeQueue.send(body),
    );
  }

  async function publishBatch(entries: readonly PublishEntry[], offset: number): Promise<number[]> {
    const fault = world.isDown() ? 'error' : faults.draw('bus');
    const after = random.integer(10, 60);
    const refused = new Set<number>();
    if (fault === 'error' || fault === 'throttled') for (let i = 0; i < entries.length; i++) refused.add(i);
    if (fault === 'failed-entries')
      for (let i = 0; i < entries.length; i++) if (i === 0 || random.chance(0.5)) refused.add(i);
    await invocation.call('put-events', { effectAfter: after, answerAfter: after }, () => {
      entries.forEach((entry, index) => {
        if (refused.has(index)) return;
        trace.note('event', entry.typeId.slice(-6), entry.event.version, entry.event.traceId);
        deliver(entry, fault === 'late');
        if (fault === 'duplicate') deliver(entry, random.chance(0.5));
      });
    });
    const failed = fault === 'answer-lost' ? entries.map((_, index) => index) : [...refused];
    return failed.map((index) => offset + index);
  }

  return {
    async publish(entries) {
      const starts = Array.from({ length: Math.ceil(entries.length / 10) }, (_, i) => i * 10);
      const failed = await Promise.all(
        starts.map((start) => publishBatch(entries.slice(start, start + 10), start)),
      );
      return new Set(failed.flat());
    },
  };
}
