import * as z from 'zod/mini';

/** Environment of the subscription custom resource: written by lib, read once at cold start. */
export const subscriptionEnv = z.object({
  /** Name or ARN of the secret with the commercetools connection that may manage subscriptions. */
  COMMERCETOOLS_SECRET: z.string(),
});
export type SubscriptionEnv = z.infer<typeof subscriptionEnv>;

/** Properties of `Custom::CommercetoolsSubscription`, as they reach the function (CloudFormation passes strings). */
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
