import * as z from 'zod/mini';
import { count, nothing, text, time } from './api-shapes.ts';
import { shownHandler } from './handler-api.ts';
import { read } from './operation-definition.ts';
import { shownQueue } from './queue-api.ts';

export const statusApi = {
  status: read({
    input: nothing,
    output: z.object({
      stage: text,
      projectKey: text,
      intake: z.object({
        isIntakeEnabled: z.boolean(),
        stoppedSince: z.optional(time),
        stoppedBy: z.optional(text),
        /** Real-time sync runs again, but the changes since this time are not caught up yet. */
        catchUpFrom: z.optional(time),
      }),
      handlers: z.array(shownHandler),
      subscription: z.object({
        status: text,
        /** The status as commercetools names it, or what is wrong with the event source. */
        detail: z.optional(text),
        lastHealthyAt: z.optional(time),
        lostFrom: z.optional(time),
        recoveredAt: z.optional(time),
        runId: z.optional(text),
      }),
      queues: z.array(shownQueue),
      canary: z.optional(z.object({ touchedAt: z.optional(time), latencyMs: z.optional(count) })),
      /** Of the last 24 hours; absent where metrics cannot be read. */
      lostEvents: z.optional(
        z.object({ received: count, gaps: count, lateArrivals: count, repaired: count, rate: z.number() }),
      ),
    }),
  }),
};
