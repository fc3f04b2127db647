import { ConnectorError, type FailureClass } from '../core/base/errors.ts';
import type { EventSources, Subscription, Subscriptions } from '../core/operations/ports/subscriptions.ts';
import type { EventSourceState } from '../core/operations/subscription-request.ts';
import type { SubscriptionProperties } from './env.ts';

export interface SubscriptionPorts {
  readonly subscriptions: Subscriptions;
  readonly eventSources: EventSources;
  readonly sleep: (ms: number) => Promise<void>;
}

/** A change in commercetools takes effect within a minute; this waits for two. */
const POLLS = 60;
const POLL_MS = 2_000;
/** Statuses that end when the destination is set again. A suspension does not. */
const stoppedStatuses = ['ConfigurationError', 'ConfigurationErrorDeliveryStopped'];

/** The name that commercetools gives to the partner event source of a subscription. */
export function eventSourceName({
  projectKey,
  subscriptionKey,
}: Pick<SubscriptionProperties, 'projectKey' | 'subscriptionKey'>): string {
  return `aws.partner/commercetools.com/${projectKey}/${subscriptionKey}`;
}

/** Creates or updates the subscription as the stack defines it, and waits for its event source. */
export async function ensureSubscription(
  ports: SubscriptionPorts,
  wanted: SubscriptionProperties,
): Promise<void> {
  const { subscriptionKey: key, accountId, region, resourceTypes } = wanted;
  const answer = await ports.subscriptions.create({ key, accountId, region, resourceTypes });
  if (answer === 'duplicate') await adopt(ports, wanted);
  await waitForEventSource(ports, eventSourceName(wanted));
}

/** Takes over an existing subscription with the same key if it sends to the same account and region. */
async function adopt(ports: SubscriptionPorts, wanted: SubscriptionProperties): Promise<void> {
  await withFresh(ports, wanted.subscriptionKey, async (known) => {
    const { type, accountId, region } = known.destination;
    if (type !== 'EventBridge' || accountId !== wanted.accountId || region !== wanted.region) {
      throw refusal(
        'permanent',
        'SUBSCRIPTION_ELSEWHERE',
        `The commercetools project ${wanted.projectKey} has a subscription "${wanted.subscriptionKey}" with another destination ` +
          `(${type} ${accountId ?? ''} ${region ?? ''}). Choose another commercetools.subscriptionKey, or delete that subscription.`,
      );
    }
    return setChanges(ports, wanted, known);
  });
}

/** Updates destination and resource types, or creates the subscription if it was deleted manually. */
export async function updateSubscription(
  ports: SubscriptionPorts,
  wanted: SubscriptionProperties,
): Promise<void> {
  const { subscriptionKey: key, accountId, region } = wanted;
  if (!(await ports.subscriptions.byKey(key))) return ensureSubscription(ports, wanted);
  await withFresh(ports, key, async (known) => {
    const isMoved = known.destination.accountId !== accountId || known.destination.region !== region;
    if (!isMoved) return setChanges(ports, wanted, known);
    return ports.subscriptions.update(key, known.version, {
      destination: { accountId, region },
      resourceTypes: wanted.resourceTypes,
    });
  });
  await waitForEventSource(ports, eventSourceName(wanted));
}

/** Succeeds also if the subscription does not exist, so that the stack can always be deleted. */
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
  // A stopped delivery does not recover by itself; setting the destination again restarts it.
  const isStopped = stoppedStatuses.includes(known.status);
  if (isEqual && !isStopped) return 'updated';
  return ports.subscriptions.update(key, known.version, {
    ...(isStopped && { destination: { accountId, region } }),
    ...(!isEqual && { resourceTypes }),
  });
}

/** Acts on the current version, and once more if it was changed at the same time. */
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
    `The subscription "${key}" is being changed by another process. Try again.`,
  );
}

function refusal(failureClass: FailureClass, code: string, message: string): ConnectorError {
  return new ConnectorError({ failureClass, code }, message);
}

/** A source that commercetools deleted never becomes active again, but a new one may get its name. */
const existing: readonly EventSourceState[] = ['ACTIVE', 'PENDING'];

/** Creating the bus before its source exists fails with a misleading error about its name. */
async function waitForEventSource({ eventSources, sleep }: SubscriptionPorts, name: string): Promise<void> {
  for (let poll = 0; poll < POLLS; poll++) {
    if (existing.includes(await eventSources.state(name))) return;
    await sleep(POLL_MS);
  }
  throw refusal(
    'retry',
    'EVENT_SOURCE_MISSING',
    `The partner event source ${name} did not appear in EventBridge within ${(POLLS * POLL_MS) / 1_000} s. ` +
      'Check account, region and health of the subscription in commercetools. Some accounts need a CloudWatch Logs resource policy for ' +
      'delivery.logs.amazonaws.com (docs/runbook.md).',
  );
}
