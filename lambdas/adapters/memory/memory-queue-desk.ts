import { ConnectorError } from '../../core/errors.ts';
import type { QueueDesk } from '../../core/ports/queue-desk.ts';

export interface MemoryQueueDesk extends QueueDesk {
  /** Puts a message into a queue; `id`: the resource that it is about. */
  put(name: string, ...ids: readonly string[]): void;
  /** The resources whose messages a queue holds. */
  held(name: string): readonly string[];
}

/** The operator's view of queues that are lists: `names` without the dead-letter queues, which each has. */
export function createMemoryQueueDesk(names: readonly string[]): MemoryQueueDesk {
  const suffix = '/dead-letters';
  const queues = new Map<string, string[]>(
    names.flatMap((name) => [
      [name, []],
      [`${name}${suffix}`, []],
    ]),
  );
  const queueOf = (name: string): string[] => {
    const queue = queues.get(name);
    if (queue) return queue;
    throw new ConnectorError(
      { failureClass: 'configuration', code: 'QUEUE_UNKNOWN' },
      `There is no queue "${name}".`,
    );
  };

  return {
    put: (name, ...ids) => void queueOf(name).push(...ids),
    held: (name) => queueOf(name),
    names: () => [...queues.keys()],

    state: async (name) => ({
      name,
      ready: queueOf(name).length,
      inFlight: 0,
      delayed: 0,
      isDeadLetters: name.endsWith(suffix),
    }),

    redrive: async (name) => {
      const moved = queueOf(name).splice(0);
      queueOf(name.slice(0, -suffix.length)).push(...moved);
      return { messages: moved.length };
    },

    purge: async (name) => void queueOf(name).splice(0),

    removeCopies: async (handlerId, ids, limit) => {
      const name = `handler/${handlerId}${suffix}`;
      const kept = queueOf(name).filter((id, index) => index >= limit || !ids.has(id));
      const removed = queueOf(name).length - kept.length;
      queues.set(name, kept);
      return removed;
    },
  };
}
