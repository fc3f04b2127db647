import type { EventSourceState, SubscriptionHealth } from '../subscription-request.ts';

/** The part of a commercetools subscription that the stack manages. */
export interface Subscription {
  readonly version: number;
  /** As commercetools names it, for example Healthy or ConfigurationErrorDeliveryStopped. */
  readonly status: string;
  readonly destination: { readonly type: string; readonly accountId?: string; readonly region?: string };
  readonly resourceTypes: readonly string[];
  /** Name of the partner event source, if commercetools has one for it. */
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
  /** `duplicate`: another subscription has this key. */
  create(draft: SubscriptionDraft): Promise<'created' | 'duplicate'>;
  /** `conflict`: it has changed since that version. */
  update(
    key: string,
    version: number,
    change: {
      destination?: Pick<SubscriptionDraft, 'accountId' | 'region'>;
      resourceTypes?: readonly string[];
    },
  ): Promise<'updated' | 'conflict'>;
  remove(key: string, version: number): Promise<'removed' | 'conflict'>;
  /** Reported health and event source. A missing subscription is Unhealthy, `Missing`. */
  health(key: string): Promise<{ readonly said: SubscriptionHealth; readonly source?: string }>;
}

export interface EventSources {
  state(name: string): Promise<EventSourceState>;
}
