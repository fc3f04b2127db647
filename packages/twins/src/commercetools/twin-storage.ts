import type { Customer } from '@commercetools/platform-sdk';
import { InMemoryStorage } from '@labdigital/commercetools-mock';
import { queryCustomers } from './customer-query.ts';
import { CustomerTable } from './customer-table.ts';

export interface CustomerChange {
  readonly before: Customer | undefined;
  /** Undefined after a delete. */
  readonly after: Customer | undefined;
  readonly dataErasure: boolean;
}

// The mock does not export the types of its storage; these are derived from its methods.
declare const mockStorage: InMemoryStorage;
type ResourceType = Parameters<InMemoryStorage['get']>[1];
type GetParams = Parameters<InMemoryStorage['get']>[3];
type QueryParams = Parameters<InMemoryStorage['query']>[2];
type Resolved<Result> = Result extends Promise<infer Value> ? Value : never;
type Resource<Type extends ResourceType> = Resolved<ReturnType<typeof mockStorage.add<Type>>>;
type Page<Type extends ResourceType> = Resolved<ReturnType<typeof mockStorage.query<Type>>>;

/**
 * The mock's storage, with customers in a separate table: the mock scans all of them on every create and does not
 * know their order. Every endpoint changes customers through this class, so notifications start here.
 */
export class TwinStorage extends InMemoryStorage {
  readonly customers = new CustomerTable();
  readonly #onChange: (change: CustomerChange) => void;

  constructor(onChange: (change: CustomerChange) => void) {
    super();
    this.#onChange = onChange;
  }

  /** Stores a customer without a notification. */
  addSilently(customer: Customer): Customer {
    const stored = asStored(customer);
    this.customers.set(stored);
    return stored;
  }

  /** The mock's own delete does not know the erasure flag. */
  deleteCustomer(id: string, dataErasure: boolean): Customer | undefined {
    const before = this.customers.delete(id);
    if (before) this.#onChange({ before, after: undefined, dataErasure });
    return before;
  }

  override async add<Type extends ResourceType>(
    projectKey: string,
    typeId: Type,
    resource: Resource<Type>,
    params: GetParams = {},
  ): Promise<Resource<Type>> {
    if (typeId !== 'customer') return super.add(projectKey, typeId, resource, params);
    const after = asStored(resource as Customer);
    const before = this.customers.set(after);
    this.#onChange({ before, after, dataErasure: false });
    return (await this.#copy(projectKey, after, params.expand)) as Resource<Type>;
  }

  override async get<Type extends ResourceType>(
    projectKey: string,
    typeId: Type,
    id: string,
    params: GetParams = {},
  ): Promise<Resource<Type> | null> {
    if (typeId !== 'customer') return super.get(projectKey, typeId, id, params);
    return (await this.#copy(projectKey, this.customers.get(id), params.expand)) as Resource<Type> | null;
  }

  override async getByKey<Type extends ResourceType>(
    projectKey: string,
    typeId: Type,
    key: string,
    params: GetParams = {},
  ): Promise<Resource<Type> | null> {
    if (typeId !== 'customer') return super.getByKey(projectKey, typeId, key, params);
    return (await this.#copy(
      projectKey,
      this.customers.getByKey(key),
      params.expand,
    )) as Resource<Type> | null;
  }

  override async delete<Type extends ResourceType>(
    projectKey: string,
    typeId: Type,
    id: string,
    params: GetParams = {},
  ): Promise<Resource<Type> | null> {
    if (typeId !== 'customer') return super.delete(projectKey, typeId, id, params);
    return (await this.#copy(
      projectKey,
      this.deleteCustomer(id, false),
      params.expand,
    )) as Resource<Type> | null;
  }

  override async all<Type extends ResourceType>(projectKey: string, typeId: Type): Promise<Resource<Type>[]> {
    if (typeId !== 'customer') return super.all(projectKey, typeId);
    return copyOf(this.customers.after(undefined)) as Resource<Type>[];
  }

  override async count(projectKey: string, typeId: ResourceType): Promise<number> {
    return typeId === 'customer' ? this.customers.size : super.count(projectKey, typeId);
  }

  override async query<Type extends ResourceType>(
    projectKey: string,
    typeId: Type,
    params: QueryParams,
  ): Promise<Page<Type>> {
    if (typeId !== 'customer') return super.query(projectKey, typeId, params);
    const limit = params.limit ?? 20;
    const offset = params.offset ?? 0;
    const variables = Object.entries(params).filter(([name]) => name.startsWith('var.'));
    const page = await queryCustomers(this.customers, {
      where: listOf(params.where),
      sort: listOf(params.sort),
      variables: Object.fromEntries(variables) as Record<string, string | string[]>,
      limit,
      offset,
      withTotal: params.withTotal ?? true,
    });
    const expand = listOf(params.expand);
    // Expansion changes the customers, so it needs copies; without it none are made.
    const results =
      expand.length === 0
        ? page.results
        : await Promise.all(page.results.map((customer) => this.#copy(projectKey, customer, expand)));
    return { limit, offset, count: results.length, total: page.total, results } as unknown as Page<Type>;
  }

  override async clear(): Promise<void> {
    this.customers.clear();
    await super.clear();
  }

  async #copy(projectKey: string, customer: Customer | undefined, expand: string[] | undefined) {
    if (!customer) return null;
    return this.expand(projectKey, copyOf(customer), expand);
  }
}

const listOf = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** Customers are JSON; this is several times faster than structuredClone. */
const copyOf = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

/** As the API returns it: without the mock's `lowercaseEmail` and with a masked password. */
function asStored(customer: Customer & { lowercaseEmail?: string }): Customer {
  const { lowercaseEmail: _, password, ...rest } = copyOf(customer);
  return password ? { ...rest, password: `****${password.slice(-4)}` } : rest;
}
