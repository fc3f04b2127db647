import type { FluentCustomer } from '@fluent-connector/twins/fluent';
import type { EmbeddedConnector } from '../connector/embedded-connector.ts';
import { compareCustomer, compareErased, type GroupKeys, type Mismatch } from './oracle.ts';
import type { Change } from './scenario.ts';

/** Compares every customer of commercetools with Fluent, field by field, and finds customers that only Fluent has. */
export function verify(
  { commercetools, fluent }: Pick<EmbeddedConnector, 'commercetools' | 'fluent'>,
  changes: readonly Change[],
  groups: GroupKeys,
): Mismatch[] {
  const stored = new Map(
    fluent.customers().map((customer): [string, FluentCustomer] => [customer.username, customer]),
  );
  const histories = Map.groupBy(changes, ({ id }) => id);
  // With chaos a customer can be deleted before it is first written; then there is nothing to erase.
  const written = new Set(fluent.writes().map(({ username }) => username));
  const erased = changes.filter(({ kind, id }) => kind === 'erase' && written.has(id)).map(({ id }) => id);
  const statesOf = (id: string) => (histories.get(id) ?? []).map(({ customer }) => customer);
  const isExpected = (id: string) => histories.has(id);
  return [
    ...commercetools
      .customers()
      .flatMap((one) => compareCustomer(one, stored.get(one.id), groups, statesOf(one.id))),
    ...erased.flatMap((id) => compareErased(id, stored.get(id))),
    ...[...stored.keys()]
      .filter((id) => !isExpected(id))
      .map((id) => ({ id, field: 'customer', expected: 'not in Fluent', actual: 'in Fluent' })),
  ];
}
