import {
  type Attribute,
  type CreateCustomerInput,
  type FluentCustomer,
  type Retailer,
  textFields,
  type UpdateCustomerInput,
} from './customer.ts';
import { type SearchArguments, searchCustomers } from './customer-search.ts';
import { CustomerStore } from './customer-store.ts';
import { FluentError } from './fluent-error.ts';
import { requireLengths } from './lengths.ts';
import type { FluentSwitches } from './switches.ts';

export interface Write {
  readonly operation: 'create' | 'update';
  readonly username: string;
  readonly id: string;
  readonly time: Date;
}

interface Dependencies {
  readonly retailerIds: readonly string[];
  readonly now: () => Date;
  readonly switches: () => FluentSwitches;
}

/** The data of one Fluent account and the rules of its customer API. Every operation can throw FluentError. */
export class Account {
  readonly customers = new CustomerStore();
  readonly writes: Write[] = [];
  readonly #dependencies: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  customer(ref: string): FluentCustomer | null {
    this.#permit('CUSTOMER_VIEW');
    return this.#found(this.#byUsername(ref), `customer ${ref}`);
  }

  customerById(id: string): FluentCustomer | null {
    this.#permit('CUSTOMER_VIEW');
    return this.#found(this.customers.byId(id), `customer with id ${id}`);
  }

  search(search: SearchArguments) {
    this.#permit('CUSTOMER_VIEW');
    return searchCustomers(this.customers, search, this.#dependencies.switches());
  }

  retailer(matches: (retailer: Retailer) => boolean): Retailer | null {
    this.#permit('RETAILER_VIEW');
    return this.#dependencies.retailerIds.map(retailerOf).find(matches) ?? null;
  }

  retailerOfCustomer({ retailer }: FluentCustomer): Retailer {
    this.#permit('RETAILER_VIEW');
    return retailer;
  }

  create(input: CreateCustomerInput): FluentCustomer {
    const switches = this.#dependencies.switches();
    this.#permit('CUSTOMER_CREATE');
    if (switches.schema2022) requirePresent(input, ['firstName', 'timezone']);
    requireLengths(input, switches.lengthUnit);
    if (!this.#dependencies.retailerIds.includes(input.retailer.id)) {
      throw new FluentError('C0120E', `no retailer with id ${input.retailer.id}`);
    }
    this.#requireFree(input);

    const stamp = this.#dependencies.now().toISOString();
    const { username, primaryEmail, promotionOptIn } = input;
    const customer: FluentCustomer = {
      id: this.customers.nextId(),
      ref: username,
      username,
      status: 'ACTIVE',
      createdOn: stamp,
      updatedOn: stamp,
      primaryEmail,
      promotionOptIn,
      ...given(input, [...textFields, 'department']),
      attributes: mergedAttributes([], input.attributes ?? []),
      retailer: retailerOf(input.retailer.id),
    };
    this.#save('create', customer);
    return customer;
  }

  update(input: UpdateCustomerInput): FluentCustomer | null {
    const { nullOnUpdate, attributes, updateOfUnknown, lengthUnit } = this.#dependencies.switches();
    this.#permit('CUSTOMER_UPDATE');
    requireLengths(input, lengthUnit);
    const current = this.#byUsername(input.username);
    if (!current) {
      if (updateOfUnknown === 'null') return null;
      throw new FluentError(updateOfUnknown, `no customer ${input.username}`);
    }

    const fields = given(input, ['primaryEmail', 'promotionOptIn', ...textFields]);
    const customer: FluentCustomer = {
      ...current,
      ...withoutNulls(fields, nullOnUpdate),
      attributes: input.attributes
        ? mergedAttributes(attributes === 'merge' ? current.attributes : [], input.attributes)
        : current.attributes,
      updatedOn: this.#dependencies.now().toISOString(),
    };
    this.#save('update', customer);
    return customer;
  }

  clear(): void {
    this.customers.clear();
    this.writes.length = 0;
  }

  #save(operation: Write['operation'], customer: FluentCustomer): void {
    this.customers.save(customer);
    const { username, id } = customer;
    this.writes.push({ operation, username, id, time: this.#dependencies.now() });
  }

  #permit(permission: string): void {
    if (this.#dependencies.switches().permissions.includes(permission)) return;
    throw new FluentError('C0020E', `missing permission ${permission}`);
  }

  #found(customer: FluentCustomer | undefined, name: string): FluentCustomer | null {
    const { lookupOfUnknown } = this.#dependencies.switches();
    if (customer || lookupOfUnknown === 'null') return customer ?? null;
    throw new FluentError(lookupOfUnknown, `no ${name}`);
  }

  #byUsername(username: string): FluentCustomer | undefined {
    const { searchWithin } = this.#dependencies.switches();
    const ofUser = this.#dependencies.retailerIds[0];
    return this.#named(username).find(({ retailer }) => searchWithin === 'account' || retailer.id === ofUser);
  }

  #requireFree({ username, retailer }: CreateCustomerInput): void {
    const { uniqueWithin, duplicateUsername } = this.#dependencies.switches();
    const taken = this.#named(username).some(
      (other) => uniqueWithin === 'account' || other.retailer.id === retailer.id,
    );
    if (taken) throw new FluentError(duplicateUsername, `unique constraint violated by username ${username}`);
  }

  #named(username: string): FluentCustomer[] {
    const { usernameCase } = this.#dependencies.switches();
    return this.customers
      .byUsername(username)
      .filter((customer) => usernameCase === 'insensitive' || customer.username === username);
  }
}

export const retailerOf = (id: string): Retailer => ({ id, ref: `RETAILER_${id}`, status: 'ACTIVE' });

/** The fields that the input has, null included. */
function given<Input extends object, Field extends keyof Input>(input: Input, fields: readonly Field[]) {
  const entries = fields.filter((field) => input[field] !== undefined).map((field) => [field, input[field]]);
  return Object.fromEntries(entries) as Partial<Pick<Input, Field>>;
}

/** Throws FluentError C0140E for null in a required field, and for any null if the switch rejects nulls. */
function withoutNulls(fields: object, nullOnUpdate: FluentSwitches['nullOnUpdate']): Partial<FluentCustomer> {
  const kept = Object.entries(fields).filter(([field, value]) => {
    if (value !== null) return true;
    if (nullOnUpdate === 'ignore') return false;
    if (nullOnUpdate === 'set' && field !== 'primaryEmail' && field !== 'promotionOptIn') return true;
    throw new FluentError('C0140E', `${field} must not be null`);
  });
  return Object.fromEntries(kept);
}

function requirePresent(input: CreateCustomerInput, fields: readonly (keyof CreateCustomerInput)[]): void {
  const missing = fields.find((field) => input[field] == null);
  if (missing) throw new FluentError('C0140E', `${missing} is required`);
}

/** Merged by name: the last attribute of a name wins; none is removed. */
function mergedAttributes(current: readonly Attribute[], added: readonly Attribute[]): Attribute[] {
  const byName = new Map(current.map((attribute) => [attribute.name, attribute]));
  for (const { name, type, value } of added) byName.set(name, { name, type, value });
  return [...byName.values()];
}
