import type { FluentCustomer } from './customer.ts';

/** All customers of the account; none is ever deleted. The time of a lookup does not depend on their number. */
export class CustomerStore {
  /** Ids are consecutive, so a customer's index follows from its id. */
  readonly #firstId = 101;
  readonly #inOrder: FluentCustomer[] = [];
  /** Keys are lower-cased; a caller for whom case counts compares again. */
  readonly #byUsername = new Map<string, Set<number>>();
  readonly #byEmail = new Map<string, Set<number>>();

  get size(): number {
    return this.#inOrder.length;
  }

  nextId(): string {
    return String(this.#firstId + this.#inOrder.length);
  }

  all(): readonly FluentCustomer[] {
    return this.#inOrder;
  }

  byId(id: string): FluentCustomer | undefined {
    const place = /^\d+$/.test(id) ? Number(id) - this.#firstId : -1;
    return this.#inOrder[place];
  }

  /** Ignores case. */
  byUsername(username: string): FluentCustomer[] {
    return this.#at(this.#byUsername.get(username.toLowerCase()));
  }

  /** Ignores case. */
  byEmail(email: string): FluentCustomer[] {
    return this.#at(this.#byEmail.get(email.toLowerCase()));
  }

  /** In order of creation, starting after this id. */
  *after(id: number): Generator<FluentCustomer> {
    for (let place = Math.max(0, id - this.#firstId + 1); place < this.#inOrder.length; place += 1) {
      yield this.#inOrder[place] as FluentCustomer;
    }
  }

  /** Adds the customer with `nextId()`, or replaces the one with its id. */
  save(customer: FluentCustomer): void {
    const place = Number(customer.id) - this.#firstId;
    const before = this.#inOrder[place];
    if (before) this.#byEmail.get(before.primaryEmail.toLowerCase())?.delete(place);
    this.#inOrder[place] = customer;
    index(this.#byUsername, customer.username, place);
    index(this.#byEmail, customer.primaryEmail, place);
  }

  clear(): void {
    this.#inOrder.length = 0;
    this.#byUsername.clear();
    this.#byEmail.clear();
  }

  #at(places: Iterable<number> | undefined): FluentCustomer[] {
    return [...(places ?? [])].flatMap((place) => this.#inOrder[place] ?? []);
  }
}

function index(places: Map<string, Set<number>>, text: string, place: number): void {
  const key = text.toLowerCase();
  const known = places.get(key);
  if (known) known.add(place);
  else places.set(key, new Set([place]));
}
