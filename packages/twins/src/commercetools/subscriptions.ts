import { randomUUID } from 'node:crypto';
import type { Destination, Subscription, SubscriptionHealthStatus } from '@commercetools/platform-sdk';
import type { CommercetoolsMock } from '@labdigital/commercetools-mock';
import { ApiError, duplicateField, requireVersion } from './api-error.ts';
import type { Delivery } from './delivery.ts';
import { changePayload, messagePayload, type Payload, testPayload } from './notification.ts';
import type { PartnerBus } from './ports.ts';
import type { CustomerChange, TwinStorage } from './twin-storage.ts';

interface Dependencies {
  readonly projectKey: string;
  readonly bus: PartnerBus;
  readonly delivery: Delivery;
  readonly now: () => Date;
  /** Sets the `detail-type` of change notifications, which is not documented. Default: the notificationType. */
  readonly changeDetailType: ((payload: Payload) => string) | undefined;
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };
interface EventBridge {
  readonly type: 'EventBridge';
  readonly region: string;
  readonly accountId: string;
  readonly source: string;
}

interface Notification {
  readonly detail: Payload;
  readonly detailType: string;
}

const maxSubscriptions = 50;

/** Notifications of an unhealthy subscription are kept until it is Healthy again, or lost. */
const undelivered: Readonly<Record<string, 'kept' | 'lost'>> = {
  TemporaryError: 'kept',
  ConfigurationError: 'kept',
  ConfigurationErrorDeliveryStopped: 'lost',
  ManuallySuspended: 'lost',
};
/** All values of a subscription's `status`. */
export const subscriptionStatuses: readonly SubscriptionHealthStatus[] = [
  'Healthy',
  ...Object.keys(undelivered),
];

/** The subscriptions of one project: their life cycle and their notifications. */
export class Subscriptions {
  readonly #dependencies: Dependencies;
  readonly #byId = new Map<string, Subscription>();
  readonly #sequenceNumbers = new Map<string, number>();
  /** Kept notifications, by the id of their subscription. */
  readonly #kept = new Map<string, Notification[]>();

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** Notifies every subscription whose filters match. */
  publish(change: CustomerChange): void {
    if (this.#byId.size === 0) return;
    const { projectKey, now } = this.#dependencies;
    const changed = changePayload(projectKey, change, now());
    const message = messagePayload(projectKey, change, this.#nextSequenceNumber(change), now());
    for (const subscription of this.#byId.values()) {
      if (subscription.changes.some(({ resourceTypeId }) => resourceTypeId === 'customer')) {
        this.#send(
          subscription,
          changed,
          this.#dependencies.changeDetailType?.(changed) ?? changed.notificationType,
        );
      }
      if (message && wantsMessage(subscription, message.type))
        this.#send(subscription, message, message.type);
    }
  }

  get(id: string): Subscription | undefined {
    return this.#byId.get(id);
  }

  /** Returns false if no subscription has the key. */
  async setStatus(storage: TwinStorage, key: string, status: SubscriptionHealthStatus): Promise<boolean> {
    const subscription = [...this.#byId.values()].find((one) => one.key === key);
    if (!subscription) return false;
    await this.#apply(storage, { ...subscription, status });
    return true;
  }

  /** Corrects the mock's repository: unique keys, the generated source, all update actions. */
  correct(mock: CommercetoolsMock, storage: TwinStorage): void {
    const { projectKey } = this.#dependencies;
    const repository = mock.project(projectKey).getRepository('subscription');

    repository.create = async (context, draft) => {
      if (!draft.messages?.length && !draft.changes?.length && !draft.events?.length) {
        throw new ApiError(400, 'InvalidInput', 'At least one of messages, changes or events must be given.');
      }
      if (this.#byId.size >= maxSubscriptions) {
        throw new ApiError(400, 'MaxSubscriptionsReached', `No more than ${maxSubscriptions} subscriptions.`);
      }
      this.#requireUniqueKey(draft.key);
      const id = randomUUID();
      const stamp = this.#dependencies.now().toISOString();
      const subscription: Subscription = {
        id,
        version: 1,
        createdAt: stamp,
        lastModifiedAt: stamp,
        createdBy: { clientId: context.clientId ?? '' },
        lastModifiedBy: { clientId: context.clientId ?? '' },
        ...(draft.key ? { key: draft.key } : {}),
        destination: this.#completed(draft.destination, draft.key ?? id),
        messages: draft.messages ?? [],
        changes: draft.changes ?? [],
        events: draft.events ?? [],
        format: draft.format ?? { type: 'Platform' },
        status: 'Healthy',
      };
      await this.#connect(subscription);
      this.#byId.set(id, subscription);
      return storage.add(projectKey, 'subscription', subscription);
    };

    const applyActions = repository.processUpdateActions.bind(repository);
    repository.processUpdateActions = async (context, subscription, version, actions) => {
      requireVersion(subscription.id, subscription.version, version);
      const updated = await applyActions(context, subscription, version, actions);
      if (actions.some(({ action }) => action === 'changeDestination')) {
        await this.#disconnect(subscription);
        await this.#connect(updated);
      }
      this.#byId.set(updated.id, updated);
      this.#releaseKept(updated);
      return updated;
    };

    const remove = repository.delete.bind(repository);
    repository.delete = async (context, id, params) => {
      const subscription = this.#byId.get(id);
      this.#byId.delete(id);
      this.#kept.delete(id);
      if (subscription) await this.#disconnect(subscription);
      return remove(context, id, params);
    };

    // Protected in the mock's types, but the only place from which it takes update actions.
    Object.assign(Reflect.get(repository, 'actions'), this.#actions());
  }

  /** Deletes every subscription. */
  async clear(): Promise<void> {
    for (const subscription of this.#byId.values()) await this.#disconnect(subscription);
    this.#byId.clear();
    this.#kept.clear();
    this.#sequenceNumbers.clear();
  }

  #actions() {
    return {
      setChanges: (_: unknown, target: Writable<Subscription>, { changes }: Partial<Subscription>) => {
        target.changes = changes ?? [];
      },
      setMessages: (_: unknown, target: Writable<Subscription>, { messages }: Partial<Subscription>) => {
        target.messages = messages ?? [];
      },
      setEvents: (_: unknown, target: Writable<Subscription>, { events }: Partial<Subscription>) => {
        target.events = events ?? [];
      },
      // The source keeps its name [inferred].
      setKey: (_: unknown, target: Writable<Subscription>, { key }: Partial<Subscription>) => {
        if (key !== target.key) this.#requireUniqueKey(key);
        if (key) target.key = key;
        else delete target.key;
      },
      changeDestination: (
        _: unknown,
        target: Writable<Subscription>,
        { destination }: { destination: Destination },
      ) => {
        target.destination = this.#completed(destination, target.key ?? target.id);
        target.status = 'Healthy';
      },
    };
  }

  #requireUniqueKey(key: string | undefined): void {
    if (key === undefined) return;
    if (!/^[A-Za-z0-9_-]{2,256}$/.test(key)) throw new ApiError(400, 'InvalidField', `Invalid key '${key}'.`);
    if ([...this.#byId.values()].some((other) => other.key === key)) throw duplicateField('key', key);
  }

  #completed(destination: Destination, name: string): Destination {
    if (destination.type !== 'EventBridge') return destination;
    const { region, accountId } = destination;
    if (!region || !/^\d{12}$/.test(accountId)) {
      throw new ApiError(400, 'InvalidInput', 'An EventBridge destination needs a region and an accountId.');
    }
    const source = `aws.partner/commercetools.com/${this.#dependencies.projectKey}/${name}`;
    return { type: 'EventBridge', region, accountId, source };
  }

  /** Creates the partner source, then sends the test notification, which normally has no receiver yet. */
  async #connect(subscription: Subscription): Promise<void> {
    const destination = eventBridge(subscription);
    if (!destination) return;
    await this.#dependencies.bus.createSource(destination.source, destination);
    const payload = testPayload(this.#dependencies.projectKey, subscription, this.#dependencies.now());
    this.#send(subscription, payload, payload.notificationType);
  }

  async #disconnect(subscription: Subscription): Promise<void> {
    const destination = eventBridge(subscription);
    if (destination) await this.#dependencies.bus.deleteSource(destination.source);
  }

  async #apply(storage: TwinStorage, subscription: Subscription): Promise<void> {
    this.#byId.set(subscription.id, subscription);
    await storage.add(this.#dependencies.projectKey, 'subscription', subscription);
    this.#releaseKept(subscription);
  }

  /** Sends the kept notifications when delivery works again, and drops them when it has stopped for good. */
  #releaseKept(subscription: Subscription): void {
    if (undelivered[subscription.status] === 'kept') return;
    const kept = this.#kept.get(subscription.id) ?? [];
    this.#kept.delete(subscription.id);
    for (const { detail, detailType } of kept) this.#send(subscription, detail, detailType);
  }

  #send(subscription: Subscription, detail: Payload, detailType: string): void {
    const destination = eventBridge(subscription);
    if (!destination) return;
    const treatment = undelivered[subscription.status];
    if (treatment === 'kept') {
      const kept = this.#kept.get(subscription.id) ?? [];
      this.#kept.set(subscription.id, [...kept, { detail, detailType }]);
      return;
    }
    const event = { source: destination.source, detailType, detail, time: this.#dependencies.now() };
    if (treatment === 'lost') this.#dependencies.delivery.drop(subscription.key, event);
    else this.#dependencies.delivery.send(subscription.key, event);
  }

  #nextSequenceNumber({ before, after }: CustomerChange): number {
    const id = (after ?? before)?.id ?? '';
    const next = (this.#sequenceNumbers.get(id) ?? 0) + 1;
    this.#sequenceNumbers.set(id, next);
    return next;
  }
}

function eventBridge(subscription: Subscription): EventBridge | undefined {
  return subscription.destination.type === 'EventBridge' ? subscription.destination : undefined;
}

const wantsMessage = (subscription: Subscription, type: string) =>
  subscription.messages.some(
    ({ resourceTypeId, types }) => resourceTypeId === 'customer' && (!types?.length || types.includes(type)),
  );
