import { change } from '../../builders/notification.ts';

export type Door = 'listener' | 'router' | 'handler';

/** Marks every text of our bad input: it may reach Fluent, never a log, a metric or a dead letter. No id can hold its letter. */
export const canary = 'kañarie';

/** One bad input. It stands beside good neighbours and has an id of its own. */
export interface Input {
  readonly group: string;
  readonly name: string;
  readonly id: string;
  /** Body of a message that is put in at the doors. */
  readonly message?: string;
  /** Doors of `message`; each of them, if absent. */
  readonly doors?: readonly Door[];
  /** What the source answers for the id, as text. The notification of it is good. */
  readonly customer?: string;
  /** Does the customer travel inside the message of a run? */
  readonly isInline?: boolean;
  /** `retryable` inputs would wait for ten minutes; they are told as if this was their third try an hour later. */
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

/** A notification of the input's customer, as the payload of a subscription. */
export function changeOf(id: string, over: Record<string, unknown> = {}) {
  return change('ResourceUpdated', { resource: { typeId: 'customer', id }, ...over });
}

/** An event of the input's customer, as it stands on the internal bus. */
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

/** A customer whose every text is marked. */
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
