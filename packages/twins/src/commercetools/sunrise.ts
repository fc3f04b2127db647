import type { Type } from '@commercetools/platform-sdk';
import type { Seed } from './seed.ts';
import customerGroups from './sunrise/customer-groups.json' with { type: 'json' };
import customerTypes from './sunrise/customer-types.json' with { type: 'json' };
import customers from './sunrise/customers.json' with { type: 'json' };
import stores from './sunrise/stores.json' with { type: 'json' };

/** The demo project that commercetools publishes: 2 customers, 5 groups, 4 stores and a type for customers. */
export function sunrise(): Seed {
  return structuredClone({
    customerGroups: customerGroups.map(({ key, groupName }) => ({ key, name: groupName })),
    stores: stores.map(({ key, name }) => ({ key, name })),
    types: customerTypes as Pick<Type, 'key' | 'name' | 'resourceTypeIds' | 'fieldDefinitions'>[],
    customers,
  });
}
