import type { Fauxqs, InspectedQueue, QueueCounts } from './fauxqs.ts';

export interface QueueDepth {
  readonly queue: string;
  /** Messages that a receive could get now (a FIFO group may still be locked). */
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
  /** Age in seconds of the oldest message that is not delayed; 0 when there is none. */
  readonly oldestSeconds: number;
}

/** An inspection carries every body: a queue deeper than this is inspected only now and then. */
const deepQueue = 1_000;
const inspectDeepEveryMs = 5_000;

/**
 * Depth of every queue, counted from the messages themselves: fauxqs notices expired visibility and delay only when
 * somebody receives. A deep queue shows fauxqs' own counts between two inspections.
 */
export class QueueDepths {
  readonly #fauxqs: Fauxqs;
  readonly #inspections = new Map<string, { at: number; oldest: number }>();

  constructor(fauxqs: Fauxqs) {
    this.#fauxqs = fauxqs;
  }

  async read(now: number): Promise<QueueDepth[]> {
    const queues = await this.#fauxqs.counts();
    const depths = await Promise.all(queues.map((queue) => this.#depthOf(queue, now)));
    return depths.sort((a, b) => a.queue.localeCompare(b.queue));
  }

  async #depthOf(counts: QueueCounts, now: number): Promise<QueueDepth> {
    const { name: queue, ready, delayed, inFlight } = counts;
    const total = ready + delayed + inFlight;
    if (total === 0) return { queue, ready, delayed, inFlight, oldestSeconds: 0 };
    const last = this.#inspections.get(queue);
    if (total > deepQueue && last && now - last.at < inspectDeepEveryMs) {
      return { queue, ready, delayed, inFlight, oldestSeconds: (now - last.oldest) / 1000 };
    }
    const depth = depthOf(await this.#fauxqs.inspect(queue), now);
    this.#inspections.set(queue, { at: now, oldest: now - depth.oldestSeconds * 1000 });
    return { queue, ...depth };
  }
}

function depthOf(queue: InspectedQueue, now: number): Omit<QueueDepth, 'queue'> {
  const hidden = queue.inflight.filter(({ visibilityDeadline }) => visibilityDeadline > now);
  const waiting = queue.delayed.filter(({ delayUntil }) => (delayUntil ?? 0) > now);
  const due = queue.delayed.filter(({ delayUntil }) => (delayUntil ?? 0) <= now);
  const present = [...queue.ready, ...due, ...queue.inflight.map(({ message }) => message)];
  const oldest = present.reduce((earliest, { sentTimestamp }) => Math.min(earliest, sentTimestamp), now);
  return {
    ready: queue.ready.length + due.length + (queue.inflight.length - hidden.length),
    delayed: waiting.length,
    inFlight: hidden.length,
    oldestSeconds: (now - oldest) / 1000,
  };
}
