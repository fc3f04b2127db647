import * as z from 'zod/mini';

export {
  type SubscriptionProperties,
  subscriptionProperties,
} from '../core/operations/subscription-request.ts';

/** Environment of the subscription function: written by lib, read once at cold start. */
export const subscriptionEnv = z.object({
  /** Secret (name or ARN) of the commercetools connection that may manage subscriptions. */
  COMMERCETOOLS_SECRET: z.string(),
});
export type SubscriptionEnv = z.infer<typeof subscriptionEnv>;
