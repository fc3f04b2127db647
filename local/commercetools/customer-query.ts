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
}

export interface CustomerPage {
  /** Belong to the table: copy before changing. */
  readonly results: Customer[];
  readonly total: number;
}

/** Throws the mock's error (400 InvalidInput) on a predicate that does not parse. */
export async function queryCustomers(table: CustomerTable, query: CustomerQuery): Promise<CustomerPage> {
  const clauses = query.where.map((text) => ({ text, narrowing: narrowing(text, query.variables) }));
  const narrowed = clauses.find(({ narrowing }) => narrowing !== undefined)?.narrowing;
  const candidates = narrowed ? narrowed.candidates(table) : table.after(undefined);

  const byId = query.sort.every((clause) => /^id(\s+asc)?$/i.test(clause.trim()));
  if (byId && clauses.every(({ narrowing }) => narrowing === narrowed && narrowing?.exact)) {
    return { results: candidates.slice(query.offset, query.offset + query.limit), total: candidates.length };
  }
  return evaluate(candidates, query);
}

interface Narrowing {
  /** Never fewer than the clause matches, in ascending order of id. */
  candidates(table: CustomerTable): Customer[];
  /** The candidates are what the clause matches: no need to evaluate it. */
  readonly exact: boolean;
}

/** An index that serves the clause, if there is one. The predicate is evaluated all the same unless it is exact. */
function narrowing(clause: string, variables: CustomerQuery['variables']): Narrowing | undefined {
  const text = clause.trim();
  const value = (literal: string) =>
    literal.startsWith(':') ? variables[`var.${literal.slice(1)}`] : literal.slice(1, -1);

  const keyset = /^(.*\sand\s+)?id\s*>\s*("[^"]*"|:\w+)$/i.exec(text);
  if (keyset?.[2] && !/\b(or|not)\b/i.test(text)) {
    const id = value(keyset[2]);
    if (typeof id === 'string') return { exact: !keyset[1], candidates: (table) => table.after(id) };
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
async function evaluate(candidates: Customer[], query: CustomerQuery): Promise<CustomerPage> {
  const page = await new Candidates(candidates).query('', 'customer', {
    ...query.variables,
    ...(query.where.length > 0 ? { where: [...query.where] } : {}),
    sort: [...query.sort],
    limit: query.limit,
    offset: query.offset,
  });
  // The mock takes a limit of 0 for "not given".
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
