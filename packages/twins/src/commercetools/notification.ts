import { randomUUID } from 'node:crypto';
import type { Customer, Subscription } from '@commercetools/platform-sdk';
import type { CustomerChange } from './twin-storage.ts';

/** The Platform payload of one notification. */
export type Payload = Record<string, unknown> & { readonly notificationType: string };

/** The payload for a change subscription. */
export function changePayload(projectKey: string, change: CustomerChange, now: Date): Payload {
  const { before, after } = change;
  const customer = (after ?? before) as Customer;
  const common = { projectKey, ...resourceOf(customer), version: customer.version };
  if (!after) {
    return {
      notificationType: 'ResourceDeleted',
      ...common,
      modifiedAt: now.toISOString(),
      ...(change.dataErasure ? { dataErasure: true } : {}),
    };
  }
  if (!before) return { notificationType: 'ResourceCreated', ...common, modifiedAt: after.lastModifiedAt };
  return {
    notificationType: 'ResourceUpdated',
    ...common,
    oldVersion: before.version,
    modifiedAt: after.lastModifiedAt,
  };
}

/** The payload for a message subscription; of all updates only a changed e-mail has one. */
export function messagePayload(
  projectKey: string,
  change: CustomerChange,
  sequenceNumber: number,
  now: Date,
): (Payload & { readonly type: string }) | undefined {
  const content = messageContent(change);
  if (!content) return undefined;
  const customer = (change.after ?? change.before) as Customer;
  const at = now.toISOString();
  return {
    notificationType: 'Message',
    projectKey,
    id: randomUUID(),
    // Always 1 in every known sample, unlike the version of the customer.
    version: 1,
    sequenceNumber,
    ...resourceOf(customer),
    resourceVersion: customer.version,
    ...content,
    createdAt: at,
    lastModifiedAt: at,
  };
}

/** The test notification of a new subscription or destination. */
export function testPayload(
  projectKey: string,
  subscription: Pick<Subscription, 'id' | 'version'>,
  now: Date,
): Payload {
  return {
    notificationType: 'ResourceCreated',
    projectKey,
    resource: { typeId: 'subscription', id: subscription.id },
    version: subscription.version,
    modifiedAt: now.toISOString(),
  };
}

function messageContent({
  before,
  after,
}: CustomerChange): { type: string; [field: string]: unknown } | undefined {
  if (!before && after) return { type: 'CustomerCreated', customer: after };
  if (before && !after) return { type: 'CustomerDeleted', email: before.email };
  if (before && after && before.email !== after.email) {
    return { type: 'CustomerEmailChanged', email: after.email, oldEmail: before.email };
  }
  return undefined;
}

function resourceOf(customer: Customer) {
  const { id, key, externalId, customerNumber } = customer;
  return {
    resource: { typeId: 'customer', id },
    resourceUserProvidedIdentifiers: {
      ...(key ? { key } : {}),
      ...(externalId ? { externalId } : {}),
      ...(customerNumber ? { customerNumber } : {}),
    },
  };
}
