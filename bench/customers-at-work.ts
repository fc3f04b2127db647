import type { Customer } from '@commercetools/platform-sdk';
import { CustomerGenerator } from '@fluent-connector/twins/commercetools';
import { createRandom } from '@fluent-connector/twins/random';
import type { Change } from '../local/demo/scenario.ts';
import type { Shop } from '../local/demo/shop.ts';

/** Customers of the shop, changed in batches. All customers of a batch are changed at the same time. */
export interface CustomersAtWork {
  readonly changes: readonly Change[];
  /** Creates a batch and returns the numbers of its customers, counted from 0. */
  create(count: number): Promise<readonly number[]>;
  /** Saves each customer `saves` times in sequence; every save changes a mapped field. */
  save(numbers: readonly number[], saves?: number): Promise<void>;
}

export function createCustomersAtWork(shop: Shop): CustomersAtWork {
  const generator = new CustomerGenerator(createRandom(1));
  const customers: Customer[] = [];
  const changes: Change[] = [];
  const note = (kind: string, customer: Customer) =>
    changes.push({ id: customer.id, version: customer.version, kind, at: Date.now(), customer });

  async function saveOne(number: number, saves: number): Promise<void> {
    for (let i = 0; i < saves; i++) {
      const customer = customers[number];
      if (!customer) throw new RangeError(`There is no customer ${number}.`);
      const firstName = `Version ${customer.version}`;
      const saved = await shop.update(customer, [{ action: 'setFirstName', firstName }]);
      customers[number] = saved;
      note('name', saved);
    }
  }

  return {
    changes,
    async create(count) {
      const created = await Promise.all(generator.take(count).map((draft) => shop.create(draft)));
      for (const customer of created) note('create', customer);
      const first = customers.push(...created) - count;
      return created.map((_, index) => first + index);
    },
    async save(numbers, saves = 1) {
      await Promise.all(numbers.map((number) => saveOne(number, saves)));
    },
  };
}
