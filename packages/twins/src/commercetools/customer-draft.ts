import { randomBytes, randomUUID } from 'node:crypto';
import type { Address, BaseAddress, Customer, CustomerDraft } from '@commercetools/platform-sdk';
import { ApiError, duplicateField } from './api-error.ts';
import type { CustomerTable } from './customer-table.ts';
import type { ProjectResources } from './project-resources.ts';

const copiedFields = [
  'key',
  'customerNumber',
  'externalId',
  'email',
  'password',
  'firstName',
  'lastName',
  'middleName',
  'title',
  'salutation',
  'dateOfBirth',
  'companyName',
  'vatId',
  'locale',
] as const satisfies readonly (keyof CustomerDraft & keyof Customer)[];

export interface DraftContext {
  readonly resources: ProjectResources;
  readonly clientId: string;
  readonly now: Date;
}

/** Version 1 of a customer, with every field of the draft and the e-mail in its original case. */
export async function customerFromDraft(draft: CustomerDraft, context: DraftContext): Promise<Customer> {
  const addresses = (draft.addresses ?? []).map(withNewId);
  const at = (index: number) => addressIdAt(addresses, index);
  const defaultShipping = draft.defaultShippingAddress;
  const defaultBilling = draft.defaultBillingAddress;
  const stamp = context.now.toISOString();
  const actor = { clientId: context.clientId, isPlatformClient: false };

  return {
    id: randomUUID(),
    version: 1,
    createdAt: stamp,
    lastModifiedAt: stamp,
    createdBy: actor,
    lastModifiedBy: actor,
    ...copied(draft),
    addresses,
    // null and absent mean the same in a draft.
    ...(defaultShipping != null ? { defaultShippingAddressId: at(defaultShipping) } : {}),
    ...(defaultBilling != null ? { defaultBillingAddressId: at(defaultBilling) } : {}),
    shippingAddressIds: addressIds(addresses, draft.shippingAddresses, defaultShipping),
    billingAddressIds: addressIds(addresses, draft.billingAddresses, defaultBilling),
    isEmailVerified: draft.isEmailVerified ?? false,
    authenticationMode: draft.authenticationMode ?? 'Password',
    ...(await references(draft, context.resources)),
  };
}

/**
 * Throws ApiError 400 DuplicateField. Keys are unique per project; an e-mail, without regard to case, is unique among
 * the customers without a store and within every store.
 */
export function requireUnique(table: CustomerTable, wanted: Customer): void {
  const stores = new Set(wanted.stores.map(({ key }) => key));
  const sharesScope = (other: Customer) =>
    other.stores.length === 0 ? stores.size === 0 : other.stores.some(({ key }) => stores.has(key));

  const sameEmail = table
    .getByEmail(wanted.email)
    .some((other) => other.id !== wanted.id && sharesScope(other));
  if (sameEmail) throw duplicateField('email', wanted.email);

  const sameKey = wanted.key ? table.getByKey(wanted.key) : undefined;
  if (wanted.key && sameKey && sameKey.id !== wanted.id) throw duplicateField('key', wanted.key);
}

/** The API gives every new address a new id and ignores the one that the caller sent. */
export function withNewId(address: BaseAddress): Address {
  return { ...address, id: randomBytes(6).toString('base64url') };
}

function copied(draft: CustomerDraft): Pick<Customer, 'email'> {
  const fields = copiedFields.filter((field) => draft[field] != null).map((field) => [field, draft[field]]);
  return { email: draft.email, ...Object.fromEntries(fields) };
}

function addressIdAt(addresses: readonly Address[], index: number): string {
  const id = addresses[index]?.id;
  if (id) return id;
  throw new ApiError(400, 'InvalidInput', `There is no address with the index ${index}.`);
}

/** A default address also belongs to the list of its kind. */
function addressIds(
  addresses: readonly Address[],
  listed: number[] | null | undefined,
  defaultIndex: number | null | undefined,
) {
  const indices = new Set([...(listed ?? []), ...(defaultIndex != null ? [defaultIndex] : [])]);
  return [...indices].map((index) => addressIdAt(addresses, index));
}

async function references(draft: CustomerDraft, resources: ProjectResources) {
  const groups = (draft.customerGroupAssignments ?? []).map(async ({ customerGroup }) => ({
    customerGroup: await resources.groupReference(customerGroup),
  }));
  return {
    ...(draft.customerGroup ? { customerGroup: await resources.groupReference(draft.customerGroup) } : {}),
    customerGroupAssignments: await Promise.all(groups),
    stores: await Promise.all((draft.stores ?? []).map((store) => resources.storeReference(store))),
    ...(draft.custom
      ? {
          custom: {
            type: await resources.typeReference(draft.custom.type),
            fields: draft.custom.fields ?? {},
          },
        }
      : {}),
  };
}
