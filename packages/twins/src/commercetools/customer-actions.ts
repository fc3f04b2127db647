import type {
  Address,
  Customer,
  CustomerAddAddressAction,
  CustomerAddCustomerGroupAssignmentAction,
  CustomerAddStoreAction,
  CustomerChangeEmailAction,
  CustomerRemoveCustomerGroupAssignmentAction,
  CustomerRemoveStoreAction,
  CustomerSetAddressCustomFieldAction,
  CustomerSetAddressCustomTypeAction,
  CustomerSetCustomerGroupAction,
  CustomerSetCustomerGroupAssignmentsAction,
  CustomerSetCustomFieldAction,
  CustomerSetCustomTypeAction,
  CustomerSetDefaultBillingAddressAction,
  CustomerSetDefaultShippingAddressAction,
  CustomerSetKeyAction,
  CustomerSetStoresAction,
} from '@commercetools/platform-sdk';
import { ApiError } from './api-error.ts';
import { requireUnique, withNewId } from './customer-draft.ts';
import type { CustomerTable } from './customer-table.ts';
import type { ProjectResources } from './project-resources.ts';

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };
type Target = Writable<Customer>;
type Action<T> = (context: unknown, customer: Target, action: T) => void | Promise<void>;

/** Action -> the field it sets; an action without a value clears the field. */
const plainActions = {
  setFirstName: 'firstName',
  setLastName: 'lastName',
  setMiddleName: 'middleName',
  setTitle: 'title',
  setSalutation: 'salutation',
  setCompanyName: 'companyName',
  setExternalId: 'externalId',
  setVatId: 'vatId',
  setDateOfBirth: 'dateOfBirth',
  setLocale: 'locale',
} as const satisfies Record<string, keyof Customer>;

/** Update actions that the mock rejects, lacks or implements wrongly. Each changes the given customer. */
export function customerActions(
  table: CustomerTable,
  resources: ProjectResources,
  inherited: InheritedActions,
) {
  return {
    ...Object.fromEntries(Object.entries(plainActions).map(([name, field]) => [name, setField(field)])),
    ...storeActions(resources),
    ...groupActions(resources),
    ...addressActions(resources, inherited),
    ...customActions(resources),

    changeEmail: ((_, customer, { email }) => {
      if (email === customer.email) return;
      requireUnique(table, { ...customer, email });
      customer.email = email;
      customer.isEmailVerified = false;
    }) satisfies Action<CustomerChangeEmailAction>,

    setKey: ((_, customer, { key }) => {
      if (key) requireUnique(table, { ...customer, key });
      assign(customer, 'key', key);
    }) satisfies Action<CustomerSetKeyAction>,
  };
}

function setField(
  field: (typeof plainActions)[keyof typeof plainActions],
): Action<{ [name in typeof field]?: string }> {
  return (_, customer, action) => assign(customer, field, action[field]);
}

function customActions(resources: ProjectResources) {
  return {
    setCustomType: (async (_, customer, { type, fields }) => {
      assign(customer, 'custom', type && { type: await resources.typeReference(type), fields: fields ?? {} });
    }) satisfies Action<CustomerSetCustomTypeAction>,

    setCustomField: ((_, customer, { name, value }) => {
      if (!customer.custom) throw new ApiError(400, 'InvalidOperation', 'The customer has no custom type.');
      assign(customer.custom.fields, name, value ?? undefined);
    }) satisfies Action<CustomerSetCustomFieldAction>,
  };
}

export interface InheritedActions {
  readonly setDefaultShippingAddress: Action<CustomerSetDefaultShippingAddressAction>;
  readonly setDefaultBillingAddress: Action<CustomerSetDefaultBillingAddressAction>;
}

function storeActions(resources: ProjectResources) {
  return {
    setStores: (async (_, customer, { stores }) => {
      customer.stores = await Promise.all((stores ?? []).map((store) => resources.storeReference(store)));
    }) satisfies Action<CustomerSetStoresAction>,

    addStore: (async (_, customer, { store }) => {
      const reference = await resources.storeReference(store);
      if (customer.stores.some(({ key }) => key === reference.key)) return;
      customer.stores = [...customer.stores, reference];
    }) satisfies Action<CustomerAddStoreAction>,

    removeStore: (async (_, customer, { store }) => {
      const reference = await resources.storeReference(store);
      customer.stores = customer.stores.filter(({ key }) => key !== reference.key);
    }) satisfies Action<CustomerRemoveStoreAction>,
  };
}

function groupActions(resources: ProjectResources) {
  return {
    setCustomerGroup: (async (_, customer, { customerGroup }) => {
      assign(customer, 'customerGroup', customerGroup && (await resources.groupReference(customerGroup)));
    }) satisfies Action<CustomerSetCustomerGroupAction>,

    setCustomerGroupAssignments: (async (_, customer, { customerGroupAssignments }) => {
      const groups = (customerGroupAssignments ?? []).map(async ({ customerGroup }) => ({
        customerGroup: await resources.groupReference(customerGroup),
      }));
      customer.customerGroupAssignments = await Promise.all(groups);
    }) satisfies Action<CustomerSetCustomerGroupAssignmentsAction>,

    addCustomerGroupAssignment: (async (_, customer, { customerGroupAssignment }) => {
      const group = await resources.groupReference(customerGroupAssignment.customerGroup);
      if (customer.customerGroupAssignments.some(({ customerGroup }) => customerGroup.id === group.id))
        return;
      customer.customerGroupAssignments = [...customer.customerGroupAssignments, { customerGroup: group }];
    }) satisfies Action<CustomerAddCustomerGroupAssignmentAction>,

    removeCustomerGroupAssignment: (async (_, customer, { customerGroup }) => {
      const { id } = await resources.groupReference(customerGroup);
      customer.customerGroupAssignments = customer.customerGroupAssignments.filter(
        (one) => one.customerGroup.id !== id,
      );
    }) satisfies Action<CustomerRemoveCustomerGroupAssignmentAction>,
  };
}

function addressActions(resources: ProjectResources, inherited: InheritedActions) {
  return {
    addAddress: ((_, customer, { address }) => {
      customer.addresses = [...customer.addresses, withNewId(address)];
    }) satisfies Action<CustomerAddAddressAction>,

    // Without an address both remove the default; the mock requires one.
    setDefaultShippingAddress: ((context, customer, action) => {
      if (action.addressId || action.addressKey)
        return inherited.setDefaultShippingAddress(context, customer, action);
      assign(customer, 'defaultShippingAddressId', undefined);
    }) satisfies Action<CustomerSetDefaultShippingAddressAction>,

    setDefaultBillingAddress: ((context, customer, action) => {
      if (action.addressId || action.addressKey)
        return inherited.setDefaultBillingAddress(context, customer, action);
      assign(customer, 'defaultBillingAddressId', undefined);
    }) satisfies Action<CustomerSetDefaultBillingAddressAction>,

    setAddressCustomType: (async (_, customer, { addressId, type, fields }) => {
      const address = addressOf(customer, addressId);
      assign(address, 'custom', type && { type: await resources.typeReference(type), fields: fields ?? {} });
    }) satisfies Action<CustomerSetAddressCustomTypeAction>,

    setAddressCustomField: ((_, customer, { addressId, name, value }) => {
      const { custom } = addressOf(customer, addressId);
      if (!custom) throw new ApiError(400, 'InvalidOperation', 'The address has no custom type.');
      assign(custom.fields, name, value ?? undefined);
    }) satisfies Action<CustomerSetAddressCustomFieldAction>,
  };
}

function addressOf(customer: Target, addressId: string): Writable<Address> {
  const address = customer.addresses.find(({ id }) => id === addressId);
  if (address) return address;
  throw new ApiError(
    400,
    'InvalidOperation',
    `Customer does not contain an address with the id ${addressId}.`,
  );
}

/** Removes a cleared field instead of setting it to undefined: the mock compares deeply to detect a change. */
function assign<T extends object, Field extends keyof T>(
  target: T,
  field: Field,
  value: T[Field] | undefined,
): void {
  if (value === undefined || value === null) delete target[field];
  else target[field] = value;
}
