import * as z from 'zod/mini';

const seconds = z.int().check(z.nonnegative());

/**
 * Times of the delivery protocol, in seconds unless said otherwise. The defaults are the protocol's own
 * (docs/architecture.md, "Delivery"); the local stage shortens them in proportion.
 */
export const deliverySettings = z.object({
  /** DELTA: longest time in which an OMS request may still take effect after its timeout. An estimate: Fluent states none. */
  deltaSeconds: z._default(seconds.check(z.lte(21_600)), 60),
  /** Shortest backoff before a retry. */
  backoffFloorSeconds: z._default(seconds, 1),
  /** Cap of the first backoff; doubles with every receive. */
  backoffBaseSeconds: z._default(seconds, 60),
  /** Cap of every backoff. */
  backoffCapSeconds: z._default(seconds, 900),
  /** A message older than this is given up, if it was received `giveUpMinReceives` times. */
  giveUpSeconds: z._default(seconds, 3 * 86_400),
  giveUpMinReceives: z._default(z.int().check(z.gte(1)), 5),
  /** A message is given up at this receive, whatever its age. Must stay below maxReceiveCount. */
  receiveGuard: z._default(z.int().check(z.gte(5), z.lt(1000)), 900),
  /** A customer that the source does not find counts as absent after this time and this many receives. */
  absentAfterSeconds: z._default(seconds, 600),
  absentMinReceives: z._default(z.int().check(z.gte(2)), 3),
  /** A run message's inline body is used up to this age. */
  bodyMaxAgeSeconds: z._default(seconds, 86_400),
  /** How long the sync record of a deleted resource is kept: at least 14 d queue + 14 d DLQ + 2 d source retry + margin. */
  tombstoneSeconds: z._default(seconds.check(z.gte(35 * 86_400)), 90 * 86_400),
  /** Abort one call to commercetools / to Fluent after this many milliseconds. */
  commercetoolsTimeoutMs: z._default(z.int().check(z.gte(100)), 5_000),
  fluentTimeoutMs: z._default(z.int().check(z.gte(100)), 8_000),
});
export type DeliverySettings = z.infer<typeof deliverySettings>;
