import { someId } from './notification.ts';

/** A commercetools customer with every field, as the API answers it. */
export function fullCustomer(over: Record<string, unknown> = {}) {
  return {
    id: someId,
    version: 3,
    createdAt: '2026-11-20T13:23:05.384Z',
    lastModifiedAt: '2026-11-20T13:23:40.577Z',
    lastModifiedBy: { clientId: 'abc', isPlatformClient: false },
    key: 'c-100',
    customerNumber: '100',
    externalId: 'crm-1',
    email: 'Jane.Doe@example.com',
    password: '****aGg=',
    firstName: 'Jane',
    lastName: 'Doe',
    middleName: 'Ann',
    title: 'Dr.',
    salutation: 'Ms.',
    dateOfBirth: '1990-01-02',
    companyName: 'Acme',
    vatId: 'DE123',
    addresses: [
      {
        id: 'bill',
        country: 'FR',
        firstName: 'J.',
        lastName: 'D.',
        phone: '01 23 45 67 89',
        department: 'Sales',
      },
      {
        id: 'ship',
        country: 'DE',
        firstName: 'Janet',
        lastName: 'Doe-Roe',
        phone: '+49 (30) 1234-567',
        mobile: '+49 170 1',
      },
    ],
    defaultShippingAddressId: 'ship',
    defaultBillingAddressId: 'bill',
    shippingAddressIds: ['ship'],
    billingAddressIds: ['bill'],
    isEmailVerified: true,
    customerGroup: {
      typeId: 'customer-group',
      id: '0d000000-0000-4000-8000-000000000005',
      obj: { id: '0d000000-0000-4000-8000-000000000005', key: 'gold' },
    },
    customerGroupAssignments: [
      { customerGroup: { typeId: 'customer-group', id: '0d000000-0000-4000-8000-000000000006' } },
    ],
    custom: {
      type: { typeId: 'type', id: '0e000000-0000-4000-8000-000000000006' },
      fields: { marketingConsent: true, loyaltyId: 'L-7', tags: ['a', 'b'], points: 12 },
    },
    locale: 'de-DE',
    stores: [{ typeId: 'store', key: 'berlin' }],
    authenticationMode: 'Password',
    ...over,
  };
}

/** A customer with nothing but what the API demands. */
export function bareCustomer(over: Record<string, unknown> = {}) {
  return {
    id: someId,
    version: 1,
    email: 'bare@example.com',
    addresses: [],
    isEmailVerified: false,
    customerGroupAssignments: [],
    stores: [],
    authenticationMode: 'Password',
    ...over,
  };
}
