import type { Customer } from '@commercetools/platform-sdk';
import { ChangeGenerator } from '../commercetools/change-generator.ts';
import { CustomerGenerator } from '../commercetools/customer-generator.ts';
import { sunrise } from '../commercetools/sunrise.ts';
import { createRandom, type Random } from '../random.ts';
import type { Shop } from './shop.ts';

export interface ScenarioOptions {
  readonly customers: number;
  readonly changes: number;
  readonly seed: number;
}

/** One change that commercetools has answered. */
export interface Change {
  readonly id: string;
  readonly version: number;
  /** The kind of change: create, delete, erase, or a kind of the change generator. */
  readonly kind: string;
  /** When commercetools had answered, milliseconds since the epoch. */
  readonly at: number;
}

/** Requests at once: customers are dealt out to lanes, so that the changes of one customer stay in order. */
const LANES = 6;
/** Shares of all changes. */
const BURSTS = 0.1;
const DELETES = 0.03;
const BURST_LENGTH = 3;

/**
 * Makes customers and then a seeded mix of changes: single ones, bursts on one customer, deletes and one erasure.
 * The same seed gives the same changes; only their interleaving across customers differs.
 */
export async function playScenario(
  shop: Shop,
  options: ScenarioOptions,
  onChange: (done: number) => void,
): Promise<readonly Change[]> {
  const log: Change[] = [];
  const note = (kind: string, { id, version }: Customer) =>
    onChange(log.push({ id, version, kind, at: Date.now() }));
  const drafts = draftsOf(options);
  const share = (total: number, lane: number) => Math.floor(total / LANES) + (lane < total % LANES ? 1 : 0);

  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const random = createRandom(options.seed * 1_000 + lane);
      const customers: Customer[] = [];
      for (const draft of drafts.filter((_, index) => index % LANES === lane)) {
        const customer = await shop.create(draft);
        customers.push(customer);
        note('create', customer);
      }
      const changes = new ChangeGenerator(random);
      await changeSome({
        shop,
        customers,
        random,
        changes,
        note,
        count: share(options.changes, lane),
        erases: lane === 0,
      });
    }),
  );
  return log;
}

/** commercetools' own demo customers first, then generated ones. */
function draftsOf({ customers, seed }: ScenarioOptions) {
  const generator = new CustomerGenerator(createRandom(seed));
  const published = (sunrise().customers ?? []).slice(0, customers);
  return [...published, ...Array.from({ length: customers - published.length }, () => generator.next())];
}

interface Lane {
  readonly shop: Shop;
  /** Current state of the lane's customers; who is deleted leaves. */
  readonly customers: Customer[];
  readonly random: Random;
  readonly changes: ChangeGenerator;
  readonly note: (kind: string, customer: Customer) => void;
  readonly count: number;
  /** Does this lane make the one erasure? */
  readonly erases: boolean;
}

async function changeSome({ shop, customers, random, changes, note, count, erases }: Lane): Promise<void> {
  let left = count;
  let mustErase = erases;
  while (left > 0 && customers.length > 0) {
    const index = random.integer(0, customers.length - 1);
    const customer = customers[index];
    if (!customer) return;
    const mayDelete = customers.length > 1 && random.chance(DELETES);
    if (mustErase || mayDelete) {
      await shop.remove(customer, mustErase);
      note(mustErase ? 'erase' : 'delete', customer);
      customers.splice(index, 1);
      mustErase = false;
      left--;
      continue;
    }
    const length = random.chance(BURSTS) ? Math.min(BURST_LENGTH, left) : 1;
    customers[index] = await changeOnce({ shop, customer, changes, note, length });
    left -= length;
  }
}

async function changeOnce(
  step: Pick<Lane, 'shop' | 'changes' | 'note'> & { customer: Customer; length: number },
): Promise<Customer> {
  let { customer } = step;
  for (let i = 0; i < step.length; i++) {
    const { kind, actions } = step.changes.next(customer);
    customer = await step.shop.update(customer, actions);
    step.note(kind, customer);
  }
  return customer;
}
