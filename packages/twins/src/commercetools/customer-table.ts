import type { Customer } from '@commercetools/platform-sdk';
import { SortedIds } from './sorted-ids.ts';

/** All customers of one project, with the indexes that keep every request independent of their number. */
export class CustomerTable {
  readonly #byId = new Map<string, Customer>();
  readonly #idsByEmail = new Map<string, Set<string>>();
  readonly #idByKey = new Map<string, string>();
  readonly #previous = new Map<string, Customer>();
  readonly #ids = new SortedIds();

  get size(): number {
    return this.#byId.size;
  }

  /** Stores the customer and returns the previous version. The table keeps the object: pass a copy. */
  set(customer: Customer): Customer | undefined {
    const before = this.#byId.get(customer.id);
    if (before) {
      this.#removeFromIndexes(before);
      this.#previous.set(customer.id, before);
    } else {
      this.#ids.add(customer.id);
    }
    this.#byId.set(customer.id, customer);
    const email = customer.email.toLowerCase();
    const ids = this.#idsByEmail.get(email);
    if (ids) ids.add(customer.id);
    else this.#idsByEmail.set(email, new Set([customer.id]));
    if (customer.key) this.#idByKey.set(customer.key, customer.id);
    return before;
  }

  get(id: string): Customer | undefined {
    return this.#byId.get(id);
  }

  /** The version before the current one, for stale reads. */
  previous(id: string): Customer | undefined {
    return this.#previous.get(id);
  }

  getByKey(key: string): Customer | undefined {
    const id = this.#idByKey.get(key);
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** Compares without regard to case, as commercetools does for sign-in and uniqueness. */
  getByEmail(email: string): Customer[] {
    const ids = this.#idsByEmail.get(email.toLowerCase()) ?? [];
    return [...ids].flatMap((id) => this.#byId.get(id) ?? []);
  }

  delete(id: string): Customer | undefined {
    const customer = this.#byId.get(id);
    if (!customer) return undefined;
    this.#removeFromIndexes(customer);
    this.#byId.delete(id);
    this.#previous.delete(id);
    this.#ids.delete(id);
    return customer;
  }

  clear(): void {
    this.#byId.clear();
    this.#idsByEmail.clear();
    this.#idByKey.clear();
    this.#previous.clear();
    this.#ids.clear();
  }

  /** In ascending order of id, starting after the given one. */
  after(id: string | undefined, max = Number.POSITIVE_INFINITY): Customer[] {
    return this.#ids.after(id, max).map((one) => this.#byId.get(one) as Customer);
  }

  #removeFromIndexes(customer: Customer): void {
    const email = customer.email.toLowerCase();
    const ids = this.#idsByEmail.get(email);
    ids?.delete(customer.id);
    if (ids?.size === 0) this.#idsByEmail.delete(email);
    if (customer.key) this.#idByKey.delete(customer.key);
  }
}
