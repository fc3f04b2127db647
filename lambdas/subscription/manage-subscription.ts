import { ConnectorError, type FailureClass } from '../core/base/errors.ts';
import type { EventSources, Subscription, Subscriptions } from '../core/operations/ports/subscriptions.ts';
import type { EventSourceState } from '../core/operations/subscription-request.ts';
import type { SubscriptionProperties } from './env.ts';

export interface SubscriptionPorts {
  readonly subscriptions: Subscriptions;
  readonly eventSources: EventSources;
  readonly sleep: (ms: number) => Promise<void>;
}

/** commercetools needs up to a minute for a change to take effect; the wait is twice that. */
const POLLS = 60;
const POLL_MS = 2_000;
/** Statuses that a new destination ends; one that commercetools itself suspended only its support brings back. */
const stoppedStatuses = ['ConfigurationError', 'ConfigurationErrorDeliveryStopped'];

/** The name that commercetools gives the partner event source of a subscription with a key. */
export function eventSourceName({
  projectKey,
  subscriptionKey,
}: Pick<SubscriptionProperties, 'projectKey' | 'subscriptionKey'>): string {
  return `aws.partner/commercetools.com/${projectKey}/${subscriptionKey}`;
}

/** Brings the subscription to what the stack says, whether it exists or not, and waits for its event source. */
export async function ensureSubscription(
  ports: SubscriptionPorts,
  wanted: SubscriptionProperties,
): Promise<void> {
  const { subscriptionKey: key, accountId, region, resourceTypes } = wanted;
  const answer = await ports.subscriptions.create({ key, accountId, region, resourceTypes });
  if (answer === 'duplicate') await adopt(ports, wanted);
  await waitForEventSource(ports, eventSourceName(wanted));
}

/** A subscription with our key: ours if it leads to our account and region, even when only its changes differ. */
async function adopt(ports: SubscriptionPorts, wanted: SubscriptionProperties): Promise<void> {
  await withFresh(ports, wanted.subscriptionKey, async (known) => {
    const { type, accountId, region } = known.destination;
    if (type !== 'EventBridge' || accountId !== wanted.accountId || region !== wanted.region) {
      throw refusal(
        'permanent',
        'SUBSCRIPTION_ELSEWHERE',
        `The commercetools project ${wanted.projectKey} has a subscription "${wanted.subscriptionKey}" that leads elsewhere ` +
          `(${type} ${accountId ?? ''} ${region ?? ''}). Choose another commercetools.subscriptionKey, or delete that subscription.`,
      );
    }
    return setChanges(ports, wanted, known);
  });
}

/** Same key and project: only destination and changes can differ. One that was deleted by hand is made again. */
export async function updateSubscription(
  ports: SubscriptionPorts,
  wanted: SubscriptionProperties,
): Promise<void> {
  const { subscriptionKey: key, accountId, region } = wanted;
  if (!(await ports.subscriptions.byKey(key))) return ensureSubscription(ports, wanted);
  await withFresh(ports, key, async (known) => {
    const moved = known.destination.accountId !== accountId || known.destination.region !== region;
    if (!moved) return setChanges(ports, wanted, known);
    return ports.subscriptions.update(key, known.version, {
      destination: { accountId, region },
      resourceTypes: wanted.resourceTypes,
    });
  });
  await waitForEventSource(ports, eventSourceName(wanted));
}

/** One that is gone already is a success: a stack must always be able to leave. */
export async function removeSubscription(
  ports: Pick<SubscriptionPorts, 'subscriptions'>,
  key: string,
): Promise<void> {
  await withFresh(ports, key, async (known) =>
    (await ports.subscriptions.remove(key, known.version)) === 'conflict' ? 'conflict' : 'done',
  );
}

async function setChanges(
  ports: SubscriptionPorts,
  wanted: SubscriptionProperties,
  known: Subscription,
): Promise<'conflict' | 'updated'> {
  const { subscriptionKey: key, accountId, region, resourceTypes } = wanted;
  const isEqual = [...resourceTypes].sort().join() === [...known.resourceTypes].sort().join();
  // One whose delivery was given up never comes back by itself: setting the destination again makes it healthy.
  const isStopped = stoppedStatuses.includes(known.status);
  if (isEqual && !isStopped) return 'updated';
  return ports.subscriptions.update(key, known.version, {
    ...(isStopped && { destination: { accountId, region } }),
    ...(!isEqual && { resourceTypes }),
  });
}

/** Acts on the current version, once more if somebody else changed it meanwhile. */
async function withFresh(
  { subscriptions }: Pick<SubscriptionPorts, 'subscriptions'>,
  key: string,
  act: (known: Subscription) => Promise<'conflict' | 'updated' | 'done'>,
): Promise<void> {
  for (let attempt = 0; attempt < 2; attempt++) {
    const known = await subscriptions.byKey(key);
    if (!known || (await act(known)) !== 'conflict') return;
  }
  throw refusal(
    'retry',
    'SUBSCRIPTION_BUSY',
    `The subscription "${key}" is being changed by somebody else. Try again.`,
  );
}

function refusal(failureClass: FailureClass, code: string, message: string): ConnectorError {
  return new ConnectorError({ failureClass, code }, message);
}

/** One that commercetools took back does not come back by waiting, but a new one may take its name. */
const isThere: readonly EventSourceState[] = ['ACTIVE', 'PENDING'];

/** The bus can be associated only when its source is there: until then creating it fails with a misleading name error. */
async function waitForEventSource({ eventSources, sleep }: SubscriptionPorts, name: string): Promise<void> {
  for (let poll = 0; poll < POLLS; poll++) {
    if (isThere.includes(await eventSources.state(name))) return;
    await sleep(POLL_MS);
  }
  throw refusal(
    'retry',
    'EVENT_SOURCE_MISSING',
    `The partner event source ${name} did not appear within ${(POLLS * POLL_MS) / 1_000} s. ` +
      'Check account and region of the subscription in commercetools, and its health. A CloudWatch Logs resource policy for ' +
      'delivery.logs.amazonaws.com may be needed in some accounts (docs/runbook.md).',
  );
}
