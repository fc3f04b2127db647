import * as z from 'zod/mini';

const count = z.int().check(z.gte(1));

/** Settings of the caretaker. */
export const careSettings = z.object({
  /** Pace of each schedule in minutes; 0 = off until an operator switches it on. */
  reconcileMinutes: z._default(z.int().check(z.nonnegative()), 15),
  incrementalMinutes: z._default(z.int().check(z.nonnegative()), 1_440),
  comparisonMinutes: z._default(z.int().check(z.nonnegative()), 1_440),
  sweepMinutes: z._default(z.int().check(z.nonnegative()), 10_080),
  /** Consecutive OMS failures in one instance of a handler that open the breaker. */
  breakerAfter: z._default(count, 20),
  /** How long a function caches the switches of its handler (mode, breaker). */
  switchSeconds: z._default(count, 10),
  /** Time between two probes while the breaker is open. */
  probeSeconds: z._default(count, 120),
  /** Time between two health checks of the subscription. */
  watchSeconds: z._default(count, 300),
  /** Messages that one queue may hold; `queues` and `status` warn at 80 % of it. */
  queueBacklog: z._default(count, 10_000),
  /** Customer that the canary changes; absent = no canary. */
  canaryCustomerId: z.optional(z.string()),
  canaryMinutes: z._default(count, 15),
});
export type CareSettings = z.infer<typeof careSettings>;
