/**
 * Custom::CommercetoolsSubscription: creates the commercetools subscription with the stack and deletes it
 * with the stack. Also answers requests of the control function and the caretaker, because it alone has the
 * credentials to manage subscriptions.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { createHandler } from '../runtime/lambda/create-handler.ts';
import { answerCloudFormation } from '../runtime/lambda/custom-resource.ts';
import { readEnv } from '../runtime/lambda/env.ts';
import { answerRequest } from './answer-request.ts';
import { type SubscriptionProperties, subscriptionEnv, subscriptionProperties } from './env.ts';
import {
  ensureSubscription,
  eventSourceName,
  removeSubscription,
  type SubscriptionPorts,
  updateSubscription,
} from './manage-subscription.ts';
import { subscriptionServices } from './services.ts';

const env = readEnv(subscriptionEnv);
const servicesFor = subscriptionServices(env.COMMERCETOOLS_SECRET);

export const handler = createHandler(
  (event: CloudFormationCustomResourceEvent | { request: string }, { signal }): Promise<unknown> => {
    const portsOf = async (projectKey: string) => ({
      ...(await servicesFor(projectKey, signal)),
      sleep: (ms: number) => sleep(ms),
    });
    return 'RequestType' in event ? applyChange(event, portsOf) : answerRequest(event, portsOf);
  },
);

function applyChange(
  event: CloudFormationCustomResourceEvent,
  portsOf: (projectKey: string) => Promise<SubscriptionPorts>,
): Promise<void> {
  return answerCloudFormation(event, async () => {
    if (event.RequestType === 'Delete') {
      const [projectKey, key] = event.PhysicalResourceId.split('/');
      // Another form of id comes from a create that failed.
      if (projectKey && key) await removeSubscription(await portsOf(projectKey), key);
      return { physicalId: event.PhysicalResourceId };
    }
    const wanted = subscriptionProperties.parse(event.ResourceProperties);
    const physicalId = physicalIdOf(wanted);
    const isReplaced = event.RequestType === 'Update' && event.PhysicalResourceId !== physicalId;
    const apply = event.RequestType === 'Create' || isReplaced ? ensureSubscription : updateSubscription;
    await apply(await portsOf(wanted.projectKey), wanted);
    return { physicalId, data: { EventSourceName: eventSourceName(wanted) } };
  });
}

/** Changes with project and key: then CloudFormation deletes the old subscription after the update. */
function physicalIdOf({ projectKey, subscriptionKey }: SubscriptionProperties): string {
  return `${projectKey}/${subscriptionKey}`;
}
