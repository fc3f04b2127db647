import type { Seed } from './seed.ts';

/** Generated customers refer to these by key. */
export const demoStores = ['berlin', 'london', 'paris'] as const;
export const demoGroups = ['regular', 'vip', 'staff'] as const;
export const demoType = 'customer-consent';

/** The groups, stores and custom type that generated customers need, without customers. */
export const demoProject: Seed = {
  customerGroups: demoGroups.map((key) => ({ key, name: key.toUpperCase() })),
  stores: demoStores.map((key) => ({ key, name: { en: key } })),
  types: [
    {
      key: demoType,
      name: { en: 'Consent and loyalty' },
      resourceTypeIds: ['customer'],
      fieldDefinitions: [field('marketingConsent', 'Boolean'), field('loyaltyNumber', 'String')],
    },
  ],
};

function field(name: string, type: 'Boolean' | 'String') {
  return {
    name,
    label: { en: name },
    required: false,
    type: { name: type },
    inputHint: 'SingleLine' as const,
  };
}
