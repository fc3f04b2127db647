import type { Fauxqs, InspectedQueue } from './fauxqs.ts';

export interface QueueDepth {
  readonly queue: string;
  /** Messages that a receive could get now (a FIFO group may still be locked). */
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
  /** Age in seconds of the oldest message that is not delayed; 0 when there is none. */
  readonly oldestSeconds: number;
}

/**
 * Depth of every queue. Counted from the messages themselves: fauxqs notices expired visibility and delay only when
 * somebody receives, so its own counts are stale on a queue that nobody reads.
 */
export async function readQueueDepths(fauxqs: Fauxqs, now: number): Promise<QueueDepth[]> {
  const names = (await fauxqs.queueNames()).sort();
  return Promise.all(names.map(async (queue) => ({ queue, ...depthOf(await fauxqs.inspect(queue), now) })));
}

function depthOf(queue: InspectedQueue, now: number): Omit<QueueDepth, 'queue'> {
  const hidden = queue.inflight.filter(({ visibilityDeadline }) => visibilityDeadline > now);
  const waiting = queue.delayed.filter(({ delayUntil }) => (delayUntil ?? 0) > now);
  const due = queue.delayed.filter(({ delayUntil }) => (delayUntil ?? 0) <= now);
  const present = [...queue.ready, ...due, ...queue.inflight.map(({ message }) => message)];
  const oldest = Math.min(now, ...present.map(({ sentTimestamp }) => sentTimestamp));
  return {
    ready: queue.ready.length + due.length + (queue.inflight.length - hidden.length),
    delayed: waiting.length,
    inFlight: hidden.length,
    oldestSeconds: (now - oldest) / 1000,
  };
}
