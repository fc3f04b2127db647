import type { SubscriptionAnswer, SubscriptionRequest } from '../subscription-request.ts';

/** Asks the subscription function directly. Throws a ConnectorError: its own failure, or `SUBSCRIPTION_UNREACHABLE`. */
export interface SubscriptionFunction {
  ask<R extends SubscriptionRequest['request']>(request: R): Promise<SubscriptionAnswer<R>>;
}
