import type { SubscriptionAnswer, SubscriptionRequest } from '../subscription-request.ts';

/** Throws a ConnectorError: a failure of the function, or `SUBSCRIPTION_UNREACHABLE`. */
export interface SubscriptionFunction {
  ask<R extends SubscriptionRequest['request']>(request: R): Promise<SubscriptionAnswer<R>>;
}
