import type { Customer, CustomerUpdateAction } from '@commercetools/platform-sdk';
import type { Random } from '../random.ts';
import { oddPhone } from './customer-generator.ts';
import { demoGroups, demoStores, demoType } from './demo-project.ts';

type Change = (customer: Customer, random: Random, number: number) => CustomerUpdateAction[];

const words = ['Ada', 'Zoë', 'Łukasz', '小林', 'ليلى', '🦊'] as const;

/** Each returns update actions that are valid for the given customer; none when it cannot apply. */
const changes: Record<string, Change> = {
  name: (_, random, number) => [
    { action: 'setFirstName', firstName: `${random.pick(words)} ${number}` },
    ...(random.chance(0.5) ? [{ action: 'setLastName' as const, lastName: random.pick(words) }] : []),
  ],
  nameCleared: () => [{ action: 'setLastName' }],
  email: ({ id }, _, number) => [
    { action: 'changeEmail', email: `changed-${id.slice(0, 8)}-${number}@example.com` },
  ],
  addressAdded: (_, random) => [
    { action: 'addAddress', address: { country: random.pick(['DE', 'NL', 'JP']), phone: oddPhone(random) } },
  ],
  addressChanged: ({ addresses }, random, number) => {
    const address = addresses[0];
    if (!address?.id) return [];
    const { id: addressId, ...rest } = address;
    return [
      {
        action: 'changeAddress',
        addressId,
        address: { ...rest, phone: oddPhone(random), streetNumber: String(number) },
      },
    ];
  },
  addressRemoved: ({ addresses }) => {
    const addressId = addresses.at(-1)?.id;
    return addressId ? [{ action: 'removeAddress', addressId }] : [];
  },
  defaultAddress: ({ addresses }, random) => {
    const addressId = addresses.length > 0 ? random.pick(addresses).id : undefined;
    if (!addressId) return [];
    return [
      { action: random.chance(0.5) ? 'setDefaultShippingAddress' : 'setDefaultBillingAddress', addressId },
    ];
  },
  group: (_, random) => [
    { action: 'setCustomerGroup', customerGroup: { typeId: 'customer-group', key: random.pick(demoGroups) } },
  ],
  stores: (_, random) => [
    { action: 'setStores', stores: [{ typeId: 'store', key: random.pick(demoStores) }] },
  ],
  consent: ({ custom }, random) => {
    const marketingConsent = random.chance(0.5);
    if (custom) return [{ action: 'setCustomField', name: 'marketingConsent', value: marketingConsent }];
    return [
      { action: 'setCustomType', type: { typeId: 'type', key: demoType }, fields: { marketingConsent } },
    ];
  },
  locale: (_, random) => [{ action: 'setLocale', locale: random.pick(['de-DE', 'en-GB', 'ja-JP']) }],
  // A typical integration maps neither of the next two fields.
  dateOfBirth: (_, random) => [
    { action: 'setDateOfBirth', dateOfBirth: `${random.integer(1940, 2007)}-01-02` },
  ],
  vatId: (_, __, number) => [{ action: 'setVatId', vatId: `DE${number}` }],
};

/** Generates seeded changes without end. */
export class ChangeGenerator {
  readonly #random: Random;
  #count = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Update actions for the customer in its current state, and their kind; never empty. */
  next(customer: Customer): { readonly kind: string; readonly actions: CustomerUpdateAction[] } {
    const number = ++this.#count;
    const [kind, change] = this.#random.pick(Object.entries(changes));
    const actions = change(customer, this.#random, number);
    return actions.length > 0 ? { kind, actions } : this.next(customer);
  }
}
