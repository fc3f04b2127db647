import type { CommercetoolsReader } from '../../lambdas/core/delivery/ports/commercetools-reader.ts';

export interface MemoryCommercetools extends CommercetoolsReader {
  /** Bodies at the source, by id. */
  readonly customers: Map<string, unknown>;
  /** Ids of each call. */
  readonly calls: string[][];
}

export function createMemoryCommercetools(): MemoryCommercetools {
  const customers = new Map<string, unknown>();
  const calls: string[][] = [];
  return {
    customers,
    calls,
    async customersById(ids) {
      calls.push([...ids]);
      return ids.flatMap((id) => (customers.has(id) ? [structuredClone(customers.get(id))] : []));
    },
  };
}
