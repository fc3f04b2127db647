import type { EmbeddedConnector } from '../connector/embedded-connector.ts';
import type { FluentCustomer } from '../fluent/customer.ts';
import { compareCustomer, compareErased, type GroupKeys, type Mismatch } from './oracle.ts';
import type { Change } from './scenario.ts';

/** Compares every customer of commercetools with Fluent, field by field, and the other way round. */
export function verify(
  { commercetools, fluent }: Pick<EmbeddedConnector, 'commercetools' | 'fluent'>,
  changes: readonly Change[],
  groups: GroupKeys,
): Mismatch[] {
  const stored = new Map(
    fluent.customers().map((customer): [string, FluentCustomer] => [customer.username, customer]),
  );
  const live = commercetools.customers();
  const known = new Set(changes.map(({ id }) => id));
  const erased = changes.filter(({ kind }) => kind === 'erase').map(({ id }) => id);
  return [
    ...live.flatMap((customer) => compareCustomer(customer, stored.get(customer.id), groups)),
    ...erased.flatMap((id) => compareErased(id, stored.get(id))),
    ...[...stored.keys()]
      .filter((id) => !known.has(id))
      .map((id) => ({ id, field: 'customer', expected: 'not in Fluent', actual: 'in Fluent' })),
  ];
}
