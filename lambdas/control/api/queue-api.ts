import * as z from 'zod/mini';
import { count, done, handler, nothing, text } from './api-shapes.ts';
import { change, read } from './operation-definition.ts';

export const shownQueue = z.object({
  name: text,
  ready: count,
  inFlight: count,
  delayed: count,
  isDeadLetters: z.boolean(),
  /** Age of the oldest message, some minutes late. Absent if the queue is empty or has no metric. */
  oldestSeconds: z.optional(count),
  /** The queue is nearly full, or its messages are too old. */
  warning: z.optional(text),
});

export const queueApi = {
  'queue.list': read({ input: nothing, output: z.object({ queues: z.array(shownQueue) }) }),
  'queue.redrive': change({
    input: z.object({ queue: text }),
    output: z.object({ messages: count }),
    audited: ['queue'],
  }),
  /** `confirm` must repeat the name of the queue. */
  'queue.purge': change({
    input: z.object({ queue: text, confirm: text }),
    output: done,
    audited: ['queue'],
  }),
  /** Switches the event source mapping off and on again. */
  'queue.restart': change({ input: z.object({ handler }), output: done, audited: ['handler'] }),
};
