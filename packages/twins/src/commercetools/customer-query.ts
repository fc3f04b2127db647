import type { Customer } from '@commercetools/platform-sdk';
import { InMemoryStorage } from '@labdigital/commercetools-mock';
import type { CustomerTable } from './customer-table.ts';

export interface CustomerQuery {
  readonly where: readonly string[];
  /** Predicate variables under their query names, for example `var.ids`. */
  readonly variables: Readonly<Record<string, string | string[]>>;
  readonly sort: readonly string[];
  readonly limit: number;
  readonly offset: number;
  /** If false, the search stops as soon as the page is full. */
  readonly withTotal: boolean;
}

export interface CustomerPage {
  /** Owned by the table: copy before you change them. */
  readonly results: Customer[];
  /** Number of all matches; meaningless if `withTotal` was false. */
  readonly total: number;
}

/** Throws the mock's error (400 InvalidInput) on a predicate that does not parse. */
export async function queryCustomers(table: CustomerTable, query: CustomerQuery): Promise<CustomerPage> {
  const clauses = query.where.map((text) => ({ text, narrowing: narrowing(text, query.variables) }));
  const narrowed = clauses.find(({ narrowing }) => narrowing !== undefined)?.narrowing ?? allCustomers;
  const byId = query.sort.every((clause) => /^id(\s+asc)?$/i.test(clause.trim()));
  const wanted = query.withTotal ? undefined : query.offset + query.limit;

  if (byId && narrowed.exact && clauses.every(({ narrowing }) => narrowing === narrowed)) {
    const matches = narrowed.candidates(table, wanted);
    return { results: matches.slice(query.offset, query.offset + query.limit), total: matches.length };
  }
  const candidates = narrowed.candidates(table);
  return byId && wanted !== undefined ? firstMatches(candidates, query) : evaluate(candidates, query);
}

/** The candidates are in the requested order, so the first matches are the page. */
async function firstMatches(candidates: readonly Customer[], query: CustomerQuery): Promise<CustomerPage> {
  const wanted = query.offset + query.limit;
  const found: Customer[] = [];
  let start = 0;
  // At least once: an invalid predicate is an error even if there are no customers.
  do {
    const some = candidates.slice(start, start + candidatesPerBatch);
    const { results } = await evaluate(some, { ...query, offset: 0, limit: some.length });
    found.push(...results);
    start += candidatesPerBatch;
  } while (start < candidates.length && found.length < wanted);
  return { results: found.slice(query.offset, wanted), total: found.length };
}

const candidatesPerBatch = 1_000;

interface Narrowing {
  /** All customers that the clause can match, in ascending order of id; at most `max` are needed. */
  candidates(table: CustomerTable, max?: number): Customer[];
  /** If true, the clause matches exactly the candidates and needs no evaluation. */
  readonly exact: boolean;
}

const allCustomers: Narrowing = { exact: true, candidates: (table, max) => table.after(undefined, max) };

/** The index for the clause, if one exists. The predicate is evaluated afterwards unless the index is exact. */
function narrowing(clause: string, variables: CustomerQuery['variables']): Narrowing | undefined {
  const text = clause.trim();
  const value = (literal: string) =>
    literal.startsWith(':') ? variables[`var.${literal.slice(1)}`] : literal.slice(1, -1);

  const keyset = /^(.*\sand\s+)?id\s*>\s*("[^"]*"|:\w+)$/i.exec(text);
  if (keyset?.[2] && !/\b(or|not)\b/i.test(text)) {
    const id = value(keyset[2]);
    if (typeof id === 'string')
      return { exact: !keyset[1], candidates: (table, max) => table.after(id, max) };
  }

  const list = /^id\s+in\s*(?:\(([^)]*)\)|(:\w+))$/i.exec(text) ?? /^id\s*=\s*("[^"]*"|:\w+)$/.exec(text);
  if (list) {
    const literals = list[2] ? [list[2]] : (list[1] ?? '').split(',').map((one) => one.trim());
    const ids = literals.flatMap((literal) => value(literal) ?? []);
    return {
      exact: false,
      candidates: (table) => [...new Set(ids)].sort().flatMap((id) => table.get(id) ?? []),
    };
  }

  // The API can query this field but never returns it. The mock does not know it, so the index decides alone.
  const lowerCase = /^lowercaseEmail\s*=\s*("[^"]*"|:\w+)$/.exec(text)?.[1];
  const wanted = lowerCase && value(lowerCase);
  if (typeof wanted === 'string') {
    return {
      exact: true,
      candidates: (table) =>
        wanted === wanted.toLowerCase()
          ? table.getByEmail(wanted).sort((a, b) => (a.id < b.id ? -1 : 1))
          : [],
    };
  }

  const email = /^email\s*=\s*("[^"]*"|:\w+)$/.exec(text)?.[1];
  const address = email && value(email);
  if (typeof address === 'string') {
    return {
      exact: false,
      candidates: (table) => table.getByEmail(address).sort((a, b) => (a.id < b.id ? -1 : 1)),
    };
  }
  return undefined;
}

/** The mock's own predicates and sorting, over these candidates only. */
async function evaluate(candidates: readonly Customer[], query: CustomerQuery): Promise<CustomerPage> {
  const page = await new Candidates([...candidates]).query('', 'customer', {
    ...query.variables,
    ...(query.where.length > 0 ? { where: [...query.where] } : {}),
    sort: [...query.sort],
    limit: query.limit,
    offset: query.offset,
  });
  // The mock treats a limit of 0 as absent.
  return { results: page.results.slice(0, query.limit), total: page.total ?? page.count };
}

class Candidates extends InMemoryStorage {
  readonly #customers: Customer[];

  constructor(customers: Customer[]) {
    super();
    this.#customers = customers;
  }

  override async all(): Promise<never[]> {
    return this.#customers as never[];
  }
}
