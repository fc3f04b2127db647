import * as z from 'zod/mini';

/** Properties of the commercetools subscription that the stack wants (CloudFormation passes strings). */
export const subscriptionProperties = z.object({
  projectKey: z.string().check(z.minLength(1)),
  subscriptionKey: z.string().check(z.regex(/^[A-Za-z0-9_-]{2,256}$/)),
  /** AWS account and region of the partner event source. */
  accountId: z.string().check(z.regex(/^\d{12}$/)),
  region: z.string().check(z.minLength(1)),
  /** Resource types whose changes are subscribed, for example ["customer"]. */
  resourceTypes: z.array(z.string()).check(z.minLength(1)),
});
export type SubscriptionProperties = z.infer<typeof subscriptionProperties>;

/**
 * What the subscription function answers when it is invoked directly, instead of by CloudFormation. It alone holds the
 * credentials that may manage subscriptions.
 * - show: what stands in commercetools, and whether EventBridge knows its source.
 * - create: brings it to `subscription`, as a deployment does; waits up to 2 minutes for its event source.
 * - delete: one that is gone already is a success.
 * - health: what commercetools says of its delivery, and whether its event source hands on what is delivered.
 */
export const subscriptionRequest = z.object({
  request: z.enum(['show', 'create', 'delete', 'health']),
  subscription: subscriptionProperties,
});
export type SubscriptionRequest = z.infer<typeof subscriptionRequest>;

/**
 * What EventBridge says of the partner event source. `ACTIVE`: a bus is associated with it; `PENDING`: none is, so its events go
 * nowhere; `DELETED`: commercetools took it back while a bus held it; `MISSING`: EventBridge does not know it.
 */
export const eventSourceState = z.enum(['ACTIVE', 'PENDING', 'DELETED', 'MISSING']);
export type EventSourceState = z.infer<typeof eventSourceState>;

/**
 * `Unhealthy`: notifications are not delivered, and may be lost; `detail` has commercetools' own word, or `Missing`, or
 * `EventSourcePending` and the like.
 */
export const subscriptionHealth = z.object({
  status: z.enum(['Healthy', 'TemporaryError', 'Unhealthy']),
  detail: z.optional(z.string()),
  /** Only if that is why it is unhealthy: commercetools delivers, and nobody takes it. */
  sourceState: z.optional(eventSourceState),
});
export type SubscriptionHealth = z.infer<typeof subscriptionHealth>;

export const subscriptionAnswers = {
  show: z.object({
    exists: z.boolean(),
    key: z.string(),
    version: z.optional(z.int()),
    /** `EventBridge <account> <region>`. */
    destination: z.optional(z.string()),
    resourceTypes: z.array(z.string()),
    /** Name of the partner event source. */
    source: z.optional(z.string()),
    sourceState: z.optional(eventSourceState),
  }),
  create: z.object({ done: z.literal(true) }),
  delete: z.object({ done: z.literal(true) }),
  health: subscriptionHealth,
} as const;
export type SubscriptionAnswer<R extends SubscriptionRequest['request']> = z.infer<
  (typeof subscriptionAnswers)[R]
>;

/** In place of an answer: why it could not be done. */
export const subscriptionFailure = z.object({
  error: z.object({
    failureClass: z.enum(['retry', 'ambiguous', 'permanent', 'configuration']),
    code: z.string(),
    message: z.string(),
  }),
});
