import type { Customer } from '@commercetools/platform-sdk';
import { ApiError, notFound, requireVersion } from './api-error.ts';
import type { CustomerTable } from './customer-table.ts';
import type { TwinStorage } from './twin-storage.ts';

export type QueryString = Readonly<Record<string, string | string[] | undefined>>;

/** How one resource is read: current, one version behind, or not found although it is there. */
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

/** `GET /customers`. Throws ApiError 400 when a limit of the API is broken. */
export async function listCustomers(
  storage: TwinStorage,
  projectKey: string,
  query: QueryString,
  readFault: () => ReadFault,
): Promise<unknown> {
  const withTotal = one(query['withTotal']) !== 'false';
  const page = await storage.query(projectKey, 'customer', {
    ...Object.fromEntries(Object.entries(query).filter(([name]) => name.startsWith('var.'))),
    where: many(query['where']),
    sort: many(query['sort']).map(checkedSort),
    expand: many(query['expand']),
    withTotal,
    limit: integerBetween(query['limit'], { name: 'limit', least: 0, most: 500, byDefault: 20 }),
    offset: integerBetween(query['offset'], { name: 'offset', least: 0, most: 10_000, byDefault: 0 }),
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
  storage.deleteCustomer(customer.id, one(query['dataErasure']) === 'true');
  return customer;
}

/** Throws ApiError 400 without a version: the API deletes nothing blindly. */
export function requiredVersion(query: QueryString): number {
  const version = Number(one(query['version']) ?? Number.NaN);
  if (Number.isInteger(version)) return version;
  throw new ApiError(400, 'InvalidInput', 'Missing required parameter: version.');
}

/** What a reader sees of a customer under the fault; undefined: nothing. */
export function asRead(table: CustomerTable, customer: Customer, fault: ReadFault): Customer | undefined {
  if (fault === 'staleNotFound') return undefined;
  return fault === 'staleRead' ? (table.previous(customer.id) ?? customer) : customer;
}

export const many = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const one = (value: string | string[] | undefined) => many(value)[0];

function checkedSort(clause: string): string {
  const [field = '', direction = 'asc', ...more] = clause.trim().split(/\s+/);
  if (sortable.has(field) && /^(asc|desc)$/i.test(direction) && more.length === 0) return clause;
  throw new ApiError(400, 'InvalidInput', `Malformed parameter: sort: ${clause}`);
}

interface Range {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly byDefault: number;
}

function integerBetween(
  value: string | string[] | undefined,
  { name, least, most, byDefault }: Range,
): number {
  const text = one(value);
  if (text === undefined) return byDefault;
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new ApiError(
    400,
    'InvalidInput',
    `Invalid value '${text}' for ${name}: must be between ${least} and ${most}.`,
  );
}
