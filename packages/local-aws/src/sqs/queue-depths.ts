import type { Fauxqs, InspectedQueue, QueueCounts } from './fauxqs.ts';

export interface QueueDepth {
  readonly queue: string;
  /** Visible messages. Those of a locked FIFO group count, too. */
  readonly ready: number;
  readonly delayed: number;
  readonly inFlight: number;
  /** Age of the oldest message that is not delayed; 0 without one. */
  readonly oldestSeconds: number;
}

/** An inspection returns every body, so deeper queues are only inspected every few seconds. */
const deepQueue = 1_000;
const inspectDeepEveryMs = 5_000;

/**
 * Counts the messages of every queue itself, because fauxqs only notices an expired visibility timeout or
 * delay during a receive. Between two inspections a deep queue has the counts of fauxqs.
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
