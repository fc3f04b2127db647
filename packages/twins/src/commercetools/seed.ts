import type { Customer, CustomerDraft, CustomerGroup, Store, Type } from '@commercetools/platform-sdk';
import type { CommercetoolsMock } from '@labdigital/commercetools-mock';
import { customerFromDraft } from './customer-draft.ts';
import type { ProjectResources } from './project-resources.ts';
import type { TwinStorage } from './twin-storage.ts';

/** A draft, or a whole customer with its id, version and address ids, which are kept. */
export type SeedCustomer = CustomerDraft &
  Partial<
    Pick<
      Customer,
      | 'id'
      | 'version'
      | 'createdAt'
      | 'lastModifiedAt'
      | 'defaultShippingAddressId'
      | 'defaultBillingAddressId'
      | 'shippingAddressIds'
      | 'billingAddressIds'
    >
  >;

/** Resources refer to each other by key, so a seed needs no ids. */
export interface Seed {
  readonly customerGroups?: readonly { readonly key: string; readonly name: string }[];
  readonly stores?: readonly { readonly key: string; readonly name: Record<string, string> }[];
  readonly types?: readonly Pick<Type, 'key' | 'name' | 'resourceTypeIds' | 'fieldDefinitions'>[];
  readonly customers?: readonly SeedCustomer[];
}

export interface Seeded {
  readonly customers: readonly Customer[];
}

interface Project {
  readonly mock: CommercetoolsMock;
  readonly projectKey: string;
  readonly storage: TwinStorage;
  readonly resources: ProjectResources;
  readonly now: () => Date;
}

export async function seedProject(
  { mock, projectKey, storage, resources, now }: Project,
  seed: Seed,
): Promise<Seeded> {
  const project = mock.project(projectKey);
  // The mock fills in id, version and dates.
  for (const group of seed.customerGroups ?? [])
    await project.unsafeAdd('customer-group', { version: 1, ...group } as CustomerGroup);
  for (const store of seed.stores ?? [])
    await project.unsafeAdd('store', { ...emptyStore, ...store } as unknown as Store);
  for (const type of seed.types ?? []) await project.unsafeAdd('type', { version: 1, ...type } as Type);

  const customers: Customer[] = [];
  for (const given of seed.customers ?? []) {
    const customer = await customerFromDraft(given, { resources, clientId: 'seed', now: now() });
    customers.push(storage.addSilently({ ...customer, ...keptFields(given) }));
  }
  return { customers };
}

const emptyStore = {
  version: 1,
  languages: [],
  countries: [],
  distributionChannels: [],
  supplyChannels: [],
  productSelections: [],
};

function keptFields(given: SeedCustomer): Partial<Customer> {
  const names = [
    'id',
    'version',
    'createdAt',
    'lastModifiedAt',
    'defaultShippingAddressId',
    'defaultBillingAddressId',
    'shippingAddressIds',
    'billingAddressIds',
  ] as const;
  const kept = names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]);
  const ownIds = given.addresses?.every(({ id }) => id) ?? false;
  return {
    ...Object.fromEntries(kept),
    ...(ownIds && given.addresses ? { addresses: given.addresses } : {}),
  };
}
