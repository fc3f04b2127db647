import type { Customer } from '@commercetools/platform-sdk';
import { ApiError, notFound, requireVersion } from './api-error.ts';
import type { CustomerTable } from './customer-table.ts';
import type { TwinStorage } from './twin-storage.ts';

export type QueryString = Readonly<Record<string, string | string[] | undefined>>;

/** A read under a fault: one version behind, or not found although the resource exists. */
export type ReadFault = 'staleRead' | 'staleNotFound' | undefined;

const sortable = new Set([
  'id',
  'version',
  'createdAt',
  'lastModifiedAt',
  'email',
  'key',
  'customerNumber',
  'externalId',
  'firstName',
  'lastName',
  'companyName',
]);

/** `GET /customers`. Throws ApiError 400 when the query exceeds a limit of the API. */
export async function listCustomers(
  storage: TwinStorage,
  projectKey: string,
  query: QueryString,
  readFault: () => ReadFault,
): Promise<unknown> {
  const withTotal = first(query['withTotal']) !== 'false';
  const page = await storage.query(projectKey, 'customer', {
    ...Object.fromEntries(Object.entries(query).filter(([name]) => name.startsWith('var.'))),
    where: many(query['where']),
    sort: many(query['sort']).map(checkedSort),
    expand: many(query['expand']),
    withTotal,
    limit: integerBetween(query['limit'], { name: 'limit', min: 0, max: 500, fallback: 20 }),
    offset: integerBetween(query['offset'], { name: 'offset', min: 0, max: 10_000, fallback: 0 }),
  });
  const results = page.results.flatMap((customer) => asRead(storage.customers, customer, readFault()) ?? []);
  const { total, ...rest } = page;
  return { ...rest, ...(withTotal ? { total } : {}), count: results.length, results };
}

/** `DELETE /customers/{id}?version=`. Throws ApiError 400, 404, 409. */
export function deleteCustomer(
  storage: TwinStorage,
  customer: Customer | undefined,
  id: string,
  query: QueryString,
): Customer {
  if (!customer) throw notFound(id);
  requireVersion(customer.id, customer.version, requiredVersion(query));
  storage.deleteCustomer(customer.id, first(query['dataErasure']) === 'true');
  return customer;
}

/** Throws ApiError 400 without a version, which every delete requires. */
export function requiredVersion(query: QueryString): number {
  const version = Number(first(query['version']) ?? Number.NaN);
  if (Number.isInteger(version)) return version;
  throw new ApiError(400, 'InvalidInput', 'Missing required parameter: version.');
}

/** The customer as a read under the fault returns it; undefined: not found. */
export function asRead(table: CustomerTable, customer: Customer, fault: ReadFault): Customer | undefined {
  if (fault === 'staleNotFound') return undefined;
  return fault === 'staleRead' ? (table.previous(customer.id) ?? customer) : customer;
}

export const many = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const first = (value: string | string[] | undefined) => many(value)[0];

function checkedSort(clause: string): string {
  const [field = '', direction = 'asc', ...more] = clause.trim().split(/\s+/);
  if (sortable.has(field) && /^(asc|desc)$/i.test(direction) && more.length === 0) return clause;
  throw new ApiError(400, 'InvalidInput', `Malformed parameter: sort: ${clause}`);
}

interface Range {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}

function integerBetween(value: string | string[] | undefined, { name, min, max, fallback }: Range): number {
  const text = first(value);
  if (text === undefined) return fallback;
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new ApiError(
    400,
    'InvalidInput',
    `Invalid value '${text}' for ${name}: must be between ${min} and ${max}.`,
  );
}
