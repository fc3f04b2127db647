import type * as z from 'zod/mini';
import { ConnectorError } from '../core/base/errors.ts';
import { firstPath } from '../core/delivery/notification.ts';
import {
  type EventSourceState,
  type SubscriptionAnswer,
  type SubscriptionRequest,
  type subscriptionFailure,
  subscriptionRequest,
} from '../core/operations/subscription-request.ts';
import { ensureSubscription, removeSubscription, type SubscriptionPorts } from './manage-subscription.ts';

type Wanted = SubscriptionRequest['subscription'];
type Answers = { readonly [R in SubscriptionRequest['request']]: SubscriptionAnswer<R> };
type Answer = Answers[keyof Answers] | z.infer<typeof subscriptionFailure>;

const answers: {
  readonly [R in keyof Answers]: (ports: SubscriptionPorts, wanted: Wanted) => Promise<Answers[R]>;
} = {
  show,
  create: async (ports, wanted) => {
    await ensureSubscription(ports, wanted);
    return { done: true };
  },
  delete: async (ports, { subscriptionKey }) => {
    await removeSubscription(ports, subscriptionKey);
    return { done: true };
  },
  health,
};

/** Never throws, because Lambda would pass an exception on as text only: a failure is an answer as well. */
export async function answerRequest(
  event: unknown,
  portsOf: (projectKey: string) => Promise<SubscriptionPorts>,
): Promise<Answer> {
  const read = subscriptionRequest.safeParse(event);
  if (!read.success) {
    const message = `The field "${firstPath(read.error)}" of the request is missing or wrong (core/operations/subscription-request.ts).`;
    return { error: { failureClass: 'permanent', code: 'REQUEST_INVALID', message } };
  }
  const { request, subscription } = read.data;
  try {
    return await answers[request](await portsOf(subscription.projectKey), subscription);
  } catch (error) {
    return { error: failureOf(error) };
  }
}

async function show(
  { subscriptions, eventSources }: SubscriptionPorts,
  { subscriptionKey: key }: Wanted,
): Promise<Answers['show']> {
  const found = await subscriptions.byKey(key);
  if (!found) return { exists: false, key, resourceTypes: [] };
  const { type, accountId, region } = found.destination;
  return {
    exists: true,
    key,
    version: found.version,
    destination: [type, accountId, region].filter(Boolean).join(' '),
    resourceTypes: [...found.resourceTypes],
    ...(found.source !== undefined && {
      source: found.source,
      sourceState: await eventSources.state(found.source),
    }),
  };
}

/** commercetools also reports Healthy if the event source has no bus, where every notification is lost. */
async function health(
  { subscriptions, eventSources }: SubscriptionPorts,
  { subscriptionKey }: Wanted,
): Promise<Answers['health']> {
  const { said, source } = await subscriptions.health(subscriptionKey);
  if (said.status !== 'Healthy' || source === undefined) return said;
  const sourceState = await eventSources.state(source);
  if (sourceState === 'ACTIVE') return said;
  return { status: 'Unhealthy', detail: inactive[sourceState], sourceState };
}

const inactive: Readonly<Record<Exclude<EventSourceState, 'ACTIVE'>, string>> = {
  PENDING: 'EventSourcePending',
  DELETED: 'EventSourceDeleted',
  MISSING: 'EventSourceMissing',
};

/** The message of a bug may hold anything, so only its name is passed on. */
function failureOf(error: unknown): z.infer<typeof subscriptionFailure>['error'] {
  if (error instanceof ConnectorError) {
    const { failureClass, message } = error;
    // The prefix tells them from the credentials that customers are read with.
    const prefix =
      failureClass === 'configuration' && /^COMMERCETOOLS_/.test(error.code) ? 'SUBSCRIPTION_' : '';
    return { failureClass, code: `${prefix}${error.code}`, message };
  }
  const name = error instanceof Error ? error.name : 'Unknown';
  return {
    failureClass: 'retry',
    code: 'INTERNAL',
    message: `The subscription function failed: ${name}. Check its log.`,
  };
}
