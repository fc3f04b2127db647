import {
  ByProjectKeySubscriptionsRequestBuilder,
  type Destination,
  type Subscription as StoredSubscription,
  type SubscriptionUpdateAction,
} from '@commercetools/platform-sdk';
import { ConnectorError } from '../../core/base/errors.ts';
import type { Subscription, Subscriptions } from '../../core/operations/ports/subscriptions.ts';
import type { SubscriptionHealth } from '../../core/operations/subscription-request.ts';
import { statusOf } from './commercetools-answers.ts';
import {
  type CommercetoolsClientOptions,
  commercetoolsError,
  createCommercetoolsClient,
} from './commercetools-client.ts';

/** Subscriptions through the SDK; see `Subscriptions`. */
export function createCommercetoolsSubscriptions(options: CommercetoolsClientOptions): Subscriptions {
  const client = createCommercetoolsClient(options);
  const subscriptions = new ByProjectKeySubscriptionsRequestBuilder({
    pathArgs: { projectKey: options.projectKey },
    executeRequest: client.execute,
    baseUri: options.connection.apiUrl,
  });

  function classified(error: unknown, place: string): ConnectorError {
    if (error instanceof ConnectorError) return error;
    return commercetoolsError({ status: statusOf(error), isWrite: true, now: options.clock() }, place);
  }

  /** Turns some statuses into answers. */
  async function unless<T, A>(
    answers: Readonly<Record<number, A>>,
    call: Promise<T>,
    place: string,
  ): Promise<T | A> {
    try {
      return await call;
    } catch (error) {
      const status = statusOf(error) ?? 0;
      if (Object.hasOwn(answers, status)) return answers[status] as A;
      throw classified(error, place);
    }
  }

  return {
    async byKey(key) {
      const call = subscriptions.withKey({ key }).get().execute();
      const answer = await unless({ 404: undefined }, call, 'GET subscription');
      return answer && toSubscription(answer.body);
    },

    async create({ key, accountId, region, resourceTypes }) {
      const body = {
        key,
        destination: eventBridge({ accountId, region }),
        changes: changesOf(resourceTypes),
      };
      try {
        await subscriptions.post({ body }).execute();
        return 'created';
      } catch (error) {
        if (isDuplicateKey(error)) return 'duplicate';
        throw classified(error, 'create subscription');
      }
    },

    async update(key, version, { destination, resourceTypes }) {
      const actions: SubscriptionUpdateAction[] = [
        ...(destination
          ? [{ action: 'changeDestination', destination: eventBridge(destination) } as const]
          : []),
        ...(resourceTypes ? [{ action: 'setChanges', changes: changesOf(resourceTypes) } as const] : []),
      ];
      const call = subscriptions.withKey({ key }).post({ body: { version, actions } }).execute();
      const answer = await unless({ 409: 'conflict' } as const, call, 'update subscription');
      return answer === 'conflict' ? answer : 'updated';
    },

    async remove(key, version) {
      const call = subscriptions.withKey({ key }).delete({ queryArgs: { version } }).execute();
      const answer = await unless({ 404: 'removed', 409: 'conflict' } as const, call, 'delete subscription');
      return answer === 'conflict' ? answer : 'removed';
    },

    async health(key) {
      const found = await unless(
        { 404: undefined },
        subscriptions.withKey({ key }).get().execute(),
        'GET subscription',
      );
      if (!found) return { said: missing };
      const { source } = toSubscription(found.body);
      return { said: await delivery(found.body), ...(source !== undefined && { source }) };
    },
  };

  async function delivery({ id: ID, status }: StoredSubscription): Promise<SubscriptionHealth> {
    const call = subscriptions.withId({ ID }).withIdHealth().get().execute();
    // The HTTP status decides: the form of the body is not documented, the status of the subscription is.
    const answer = await unless(
      { 400: 'Unhealthy', 404: 'Missing', 503: 'TemporaryError' } as const,
      call,
      'health',
    );
    if (answer === 'Missing') return missing;
    if (answer === 'Unhealthy') return { status: answer, detail: status };
    // An outage of commercetools is a 503 too, and says nothing about the subscription.
    if (answer === 'TemporaryError' && status === 'Healthy') {
      throw commercetoolsError({ status: 503, now: options.clock() }, 'health of the subscription');
    }
    return answer === 'TemporaryError' ? { status: answer, detail: status } : { status: 'Healthy' };
  }
}

const missing: SubscriptionHealth = { status: 'Unhealthy', detail: 'Missing' };

/** The server names the source. The SDK's type wrongly requires it in a draft. */
function eventBridge(place: { accountId: string; region: string }): Destination {
  return { type: 'EventBridge', ...place } as Destination;
}

function changesOf(resourceTypes: readonly string[]): { resourceTypeId: string }[] {
  return resourceTypes.map((resourceTypeId) => ({ resourceTypeId }));
}

function toSubscription({ version, status, destination, changes }: StoredSubscription): Subscription {
  const isEventBridge = destination.type === 'EventBridge';
  return {
    version,
    status,
    destination: {
      type: destination.type,
      ...(isEventBridge && { accountId: destination.accountId, region: destination.region }),
    },
    resourceTypes: changes.map(({ resourceTypeId }) => resourceTypeId),
    ...(isEventBridge && { source: destination.source }),
  };
}

function isDuplicateKey(error: unknown): boolean {
  if (statusOf(error) !== 400 || typeof error !== 'object' || error === null || !('body' in error))
    return false;
  return JSON.stringify(error.body).includes('DuplicateField');
}
