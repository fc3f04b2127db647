import * as z from 'zod/mini';

const count = z.int().check(z.gte(1));

/** What the caretaker does by itself. */
export const careSettings = z.object({
  /** Default pace of each schedule in minutes; 0 = off until somebody switches it on. */
  reconcileMinutes: z._default(z.int().check(z.nonnegative()), 15),
  incrementalMinutes: z._default(z.int().check(z.nonnegative()), 1_440),
  comparisonMinutes: z._default(z.int().check(z.nonnegative()), 1_440),
  sweepMinutes: z._default(z.int().check(z.nonnegative()), 10_080),
  /** OMS failures in a row, in one environment of a handler, that open the breaker. */
  breakerAfter: z._default(count, 20),
  /** For so long a function goes on with the switches that it read last: mode, breaker. */
  switchSeconds: z._default(count, 10),
  /** Time between two probes while the breaker is open. */
  probeSeconds: z._default(count, 120),
  /** Pause between two looks at the subscription's health. */
  watchSeconds: z._default(count, 300),
  /** Messages that one queue may hold; "queues" and "status" warn from 80 % of it on. */
  queueBacklog: z._default(count, 10_000),
  /** Customer that the canary touches; absent = no canary. */
  canaryCustomerId: z.optional(z.string()),
  canaryMinutes: z._default(count, 15),
});
export type CareSettings = z.infer<typeof careSettings>;
