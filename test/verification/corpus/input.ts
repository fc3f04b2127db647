import { change } from '../../builders/notification.ts';

export type Door = 'listener' | 'router' | 'handler';

/** Marks every text of the bad input: it may reach Fluent, but never a log, a metric or a dead letter. No id can contain its letter. */
export const canary = 'kañarie';

/** One bad input with its own id, surrounded by good neighbours. */
export interface Input {
  readonly group: string;
  readonly name: string;
  readonly id: string;
  /** Body of a message that is sent to the doors. */
  readonly message?: string;
  /** Doors of `message`; all doors if absent. */
  readonly doors?: readonly Door[];
  /** Answer of the source for the id, as text. Its notification is good. */
  readonly customer?: string;
  /** Whether the customer travels inside the message of a run. */
  readonly isInline?: boolean;
  /** `retryable` inputs would wait for ten minutes, so they are delivered as if this was the third receive an hour later. */
  readonly isLate?: boolean;
}

let count = 0;

/** An id that no neighbour has. */
export function nextId(): string {
  return idFrom(++count);
}

export function idFrom(n: number): string {
  return `bad00000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** A notification of the input customer, as the payload of a subscription. */
export function changeOf(id: string, over: Record<string, unknown> = {}) {
  return change('ResourceUpdated', { resource: { typeId: 'customer', id }, ...over });
}

/** An event of the input customer, as on the internal bus. */
export function eventOf(id: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    projectKey: 'local',
    resource: { typeId: 'customer', id },
    version: 3,
    kind: 'UPSERT',
    modifiedAt: '2026-11-20T13:23:40.577Z',
    traceId: id,
    ...over,
  };
}

export const upsert = 'commercetools.connect.customer.upsert';

export function onBus(detail: unknown, detailType: unknown = upsert) {
  return { 'detail-type': detailType, source: 'commercetools-fluent-connector', detail };
}

/** A customer with a marker in every text. */
export function customerOf(id: string, over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id,
    version: 3,
    createdAt: '2026-11-20T13:23:05.384Z',
    email: `${canary}.${id}@example.com`,
    password: `${canary}-hash`,
    key: `${canary}-key`,
    customerNumber: `${canary}-number`,
    externalId: `${canary}-external`,
    firstName: `${canary} first`,
    lastName: `${canary} last`,
    middleName: `${canary} middle`,
    title: `${canary} title`,
    salutation: `${canary} salutation`,
    dateOfBirth: '1990-01-02',
    companyName: `${canary} company`,
    vatId: `${canary} vat`,
    addresses: [
      {
        id: 'ship',
        country: 'DE',
        firstName: `${canary} shipping`,
        phone: '+49 (30) 1234-567',
        mobile: '+49 170 1',
        department: `${canary} department`,
      },
    ],
    defaultShippingAddressId: 'ship',
    isEmailVerified: true,
    customerGroup: { typeId: 'customer-group', id: 'group', obj: { key: `${canary}-group` } },
    customerGroupAssignments: [{ customerGroup: { typeId: 'customer-group', id: `${canary}-group-2` } }],
    custom: {
      fields: { marketingConsent: true, loyaltyId: `${canary}-loyalty`, tags: [canary], points: 12 },
    },
    locale: 'de-DE',
    stores: [{ typeId: 'store', key: 'berlin' }],
    ...over,
  };
}
