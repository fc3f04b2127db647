import * as z from 'zod/mini';

/** The commercetools subscription as the stack defines it (CloudFormation passes strings). */
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
 * A direct request to the subscription function, which alone has the credentials to manage subscriptions.
 * - show: the subscription in commercetools, and the state of its event source in EventBridge.
 * - create: creates or updates it like a deployment; waits up to 2 minutes for its event source.
 * - delete: succeeds also if it does not exist.
 * - health: whether commercetools delivers, and whether the event source passes on what is delivered.
 */
export const subscriptionRequest = z.object({
  request: z.enum(['show', 'create', 'delete', 'health']),
  subscription: subscriptionProperties,
});
export type SubscriptionRequest = z.infer<typeof subscriptionRequest>;

/**
 * State of the partner event source in EventBridge. `ACTIVE`: a bus is associated with it; `PENDING`: no bus
 * is, so its events are lost; `DELETED`: commercetools removed it while a bus was associated; `MISSING`:
 * EventBridge does not know it.
 */
export const eventSourceState = z.enum(['ACTIVE', 'PENDING', 'DELETED', 'MISSING']);
export type EventSourceState = z.infer<typeof eventSourceState>;

/**
 * `Unhealthy`: notifications are not delivered and may be lost. `detail`: the status as commercetools names
 * it, `Missing`, or the state of the event source, for example `EventSourcePending`.
 */
export const subscriptionHealth = z.object({
  status: z.enum(['Healthy', 'TemporaryError', 'Unhealthy']),
  detail: z.optional(z.string()),
  /** Only if it is the cause: commercetools delivers to an event source that is not active. */
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

/** In place of an answer: why the request failed. */
export const subscriptionFailure = z.object({
  error: z.object({
    failureClass: z.enum(['retry', 'ambiguous', 'permanent', 'configuration']),
    code: z.string(),
    message: z.string(),
  }),
});
