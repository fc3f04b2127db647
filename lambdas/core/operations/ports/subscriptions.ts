import type { EventSourceState, SubscriptionHealth } from '../subscription-request.ts';

/** A commercetools subscription, as far as the stack manages it. */
export interface Subscription {
  readonly version: number;
  /** commercetools' own word, for example Healthy or ConfigurationErrorDeliveryStopped. */
  readonly status: string;
  readonly destination: { readonly type: string; readonly accountId?: string; readonly region?: string };
  readonly resourceTypes: readonly string[];
  /** Name of the partner event source, if commercetools answered it. */
  readonly source?: string;
}

export interface SubscriptionDraft {
  readonly key: string;
  readonly accountId: string;
  readonly region: string;
  readonly resourceTypes: readonly string[];
}

/** Every method throws a ConnectorError. */
export interface Subscriptions {
  byKey(key: string): Promise<Subscription | undefined>;
  /** `duplicate`: the key is taken. */
  create(draft: SubscriptionDraft): Promise<'created' | 'duplicate'>;
  /** `conflict`: somebody changed it since that version. */
  update(
    key: string,
    version: number,
    change: {
      destination?: Pick<SubscriptionDraft, 'accountId' | 'region'>;
      resourceTypes?: readonly string[];
    },
  ): Promise<'updated' | 'conflict'>;
  remove(key: string, version: number): Promise<'removed' | 'conflict'>;
  /**
   * What commercetools says of its delivery, and the event source that it delivers to, if it has one. A subscription that does
   * not exist is Unhealthy, `Missing`.
   */
  health(key: string): Promise<{ readonly said: SubscriptionHealth; readonly source?: string }>;
}

export interface EventSources {
  state(name: string): Promise<EventSourceState>;
}
