import type { FluentCustomer } from './customer.ts';
import type { CustomerStore } from './customer-store.ts';
import type { FluentSwitches } from './switches.ts';

interface DateRange {
  readonly from?: string | null;
  readonly to?: string | null;
}

/** Arguments of the `customers` query. */
export interface SearchArguments {
  readonly [filter: string]: unknown;
  readonly createdOn?: DateRange | null;
  readonly updatedOn?: DateRange | null;
  readonly first?: number | null;
  readonly last?: number | null;
  readonly before?: string | null;
  readonly after?: string | null;
}

const textFilters = [
  'ref',
  'status',
  'title',
  'department',
  'country',
  'firstName',
  'lastName',
  'username',
  'primaryEmail',
  'primaryPhone',
  'timezone',
] as const;

export function searchCustomers(book: CustomerStore, search: SearchArguments, switches: FluentSwitches) {
  const size = Math.min(search.first ?? search.last ?? switches.defaultPageSize, switches.maxPageSize);
  const backwards = search.first == null && search.last != null;
  // One more than the page shows whether a next page exists; a page from the end needs all matches.
  const found = collect(book, search, backwards ? Number.POSITIVE_INFINITY : size + 1);
  const page = backwards ? found.slice(-size) : found.slice(0, size);
  const more = page.length < found.length;
  return {
    edges: page.map((node) => ({ node, cursor: cursorOf(node) })),
    pageInfo: {
      hasNextPage: backwards ? search.before != null : more,
      hasPreviousPage: backwards ? more : search.after != null,
    },
  };
}

/** The first matches between the cursors, in order of creation. */
function collect(book: CustomerStore, search: SearchArguments, max: number): FluentCustomer[] {
  const after = search.after ? Number(idOf(search.after)) : 0;
  const before = search.before ? Number(idOf(search.before)) : Number.POSITIVE_INFINITY;
  const from = indexed(book, search) ?? book.after(after);
  const found: FluentCustomer[] = [];
  for (const customer of from) {
    if (found.length >= max || Number(customer.id) >= before) break;
    if (Number(customer.id) > after && matches(customer, search)) found.push(customer);
  }
  return found;
}

const cursorOf = ({ id }: FluentCustomer) => Buffer.from(`customer:${id}`).toString('base64');

const idOf = (cursor: string | null | undefined) =>
  Buffer.from(cursor ?? '', 'base64')
    .toString()
    .replace('customer:', '');

/** Candidates from an index; undefined if no index fits, so the search reads all customers. */
function indexed(book: CustomerStore, search: SearchArguments): FluentCustomer[] | undefined {
  const usernames = exactTexts(search['username'] ?? search['ref']);
  if (usernames) return inOrder(usernames.flatMap((username) => book.byUsername(username)));
  const emails = exactTexts(search['primaryEmail']);
  if (emails) return inOrder(emails.flatMap((email) => book.byEmail(email)));
  return undefined;
}

function exactTexts(filter: unknown): string[] | undefined {
  return Array.isArray(filter) && filter.every((text) => !text.includes('%')) ? filter : undefined;
}

const inOrder = (customers: FluentCustomer[]) =>
  [...new Set(customers)].sort((a, b) => Number(a.id) - Number(b.id));

function matches(customer: FluentCustomer, search: SearchArguments): boolean {
  const texts = textFilters.every((name) => {
    const wanted = search[name] as readonly string[] | null | undefined;
    return wanted == null || wanted.some((pattern) => matchesPattern(customer[name] ?? '', pattern));
  });
  const consents = search['promotionOptIn'] as readonly boolean[] | null | undefined;
  return (
    texts &&
    (consents == null || consents.includes(customer.promotionOptIn)) &&
    isWithin(customer.createdOn, search.createdOn) &&
    isWithin(customer.updatedOn, search.updatedOn)
  );
}

/** `%` matches any text. */
function matchesPattern(text: string, pattern: string): boolean {
  if (!pattern.includes('%')) return text === pattern;
  const escaped = pattern.split('%').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's').test(text);
}

/** Both limits included. */
function isWithin(date: string, range: DateRange | null | undefined): boolean {
  const at = Date.parse(date);
  return (!range?.from || at >= Date.parse(range.from)) && (!range?.to || at <= Date.parse(range.to));
}
