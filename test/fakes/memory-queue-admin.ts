import { ConnectorError } from '../../lambdas/core/base/errors.ts';
import type { Change } from '../../lambdas/core/delivery/pending-change.ts';
import type { DeadLetterCopies } from '../../lambdas/core/delivery/ports/dead-letter-copies.ts';
import type { QueueAdmin } from '../../lambdas/core/operations/ports/queue-admin.ts';

export interface MemoryQueueAdmin extends QueueAdmin {
  readonly copies: DeadLetterCopies;
  /** Puts messages into a queue: ids of customers, or whole changes. */
  put(name: string, ...messages: readonly (string | Message)[]): void;
  /** Ids of the resources whose messages are in a queue. */
  held(name: string): readonly string[];
}

type Message = Change & { readonly id: string };

/** Queues as lists, for operators. `names` leaves out the dead-letter queues: each queue has one. */
export function createMemoryQueueAdmin(names: readonly string[]): MemoryQueueAdmin {
  const suffix = '/dead-letters';
  const queues = new Map<string, Message[]>(
    names.flatMap((name) => [
      [name, []],
      [`${name}${suffix}`, []],
    ]),
  );
  const queueOf = (name: string): Message[] => {
    const queue = queues.get(name);
    if (queue) return queue;
    throw new ConnectorError(
      { failureClass: 'configuration', code: 'QUEUE_UNKNOWN' },
      `There is no queue "${name}".`,
    );
  };

  return {
    put: (name, ...messages) =>
      void queueOf(name).push(
        ...messages.map(
          (one): Message => (typeof one === 'string' ? { id: one, version: 1, kind: 'UPSERT' } : one),
        ),
      ),
    held: (name) => queueOf(name).map(({ id }) => id),
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

    copies: {
      remove: async (name, isMoot, { limit }) => {
        const letters = queueOf(`${name}${suffix}`);
        const kept = letters.filter(
          ({ id, ...change }, index) => index >= limit || !isMoot({ resource: `customer/${id}`, change }),
        );
        const removed = letters.length - kept.length;
        queues.set(`${name}${suffix}`, kept);
        return { removed, isWhole: letters.length < limit };
      },
    },
  };
}
