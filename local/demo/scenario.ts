import type { Customer } from '@commercetools/platform-sdk';
import { ChangeGenerator, CustomerGenerator, sunrise } from '@fluent-connector/twins/commercetools';
import { createRandom, type Random } from '@fluent-connector/twins/random';
import type { Shop } from './shop.ts';

export interface ScenarioOptions {
  readonly customers: number;
  readonly changes: number;
  readonly seed: number;
  /** The changes come in so many waves; before each of them Fluent catches up. */
  readonly waves: number;
}

/** One change that commercetools has answered. */
export interface Change {
  readonly id: string;
  readonly version: number;
  /** The kind of change: create, delete, erase, or a kind of the change generator. */
  readonly kind: string;
  /** When commercetools had answered, milliseconds since the epoch. */
  readonly at: number;
  /** The customer as it was then; before it went, for a delete. */
  readonly customer: Customer;
}

export interface Stage {
  readonly shop: Shop;
  readonly onChange: (done: number) => void;
  /** Called before each wave of changes: lets Fluent catch up, so that not everything becomes one write. */
  readonly between: () => Promise<void>;
}

/** Requests at once: customers are dealt out to lanes, so that the changes of one customer stay in order. */
const LANES = 6;
/** Shares of all changes. */
const BURSTS = 0.1;
const DELETES = 0.03;
const BURST_LENGTH = 3;

/**
 * Makes customers and then waves of a seeded mix of changes: single ones, bursts on one customer, deletes and one erasure.
 * The same seed gives the same changes; only their interleaving across customers differs.
 */
export async function playScenario(
  { shop, onChange, between }: Stage,
  options: ScenarioOptions,
): Promise<readonly Change[]> {
  const log: Change[] = [];
  const note: Note = (kind, customer) => {
    const { id, version } = customer;
    onChange(log.push({ id, version, kind, at: Date.now(), customer }));
  };
  const drafts = draftsOf(options);
  const lanes = Array.from({ length: LANES }, (_, lane): Lane => {
    const random = createRandom(options.seed * 1_000 + lane);
    return { shop, note, random, changes: new ChangeGenerator(random), customers: [], mustErase: lane === 0 };
  });
  const share = (total: number, part: number, parts: number) =>
    Math.floor(total / parts) + (part < total % parts ? 1 : 0);

  await Promise.all(
    lanes.map((lane, index) =>
      createSome(
        lane,
        drafts.filter((_, n) => n % LANES === index),
      ),
    ),
  );
  for (let wave = 0; wave < options.waves; wave++) {
    await between();
    const ofWave = share(options.changes, wave, options.waves);
    await Promise.all(lanes.map((lane, index) => changeSome(lane, share(ofWave, index, LANES))));
  }
  return log;
}

type Note = (kind: string, customer: Customer) => void;
type Draft = Parameters<Shop['create']>[0];

/** commercetools' own demo customers first, then generated ones. */
function draftsOf({ customers, seed }: ScenarioOptions): Draft[] {
  const generator = new CustomerGenerator(createRandom(seed));
  const published = (sunrise().customers ?? []).slice(0, customers);
  return [...published, ...generator.take(customers - published.length)];
}

interface Lane {
  readonly shop: Shop;
  /** Current state of the lane's customers; who is deleted leaves. */
  readonly customers: Customer[];
  readonly random: Random;
  readonly changes: ChangeGenerator;
  readonly note: Note;
  /** Is the one erasure still to be made here? */
  mustErase: boolean;
}

async function createSome({ shop, customers, note }: Lane, drafts: readonly Draft[]): Promise<void> {
  for (const draft of drafts) {
    const customer = await shop.create(draft);
    customers.push(customer);
    note('create', customer);
  }
}

async function changeSome(lane: Lane, count: number): Promise<void> {
  const { shop, customers, random, note } = lane;
  for (let left = count; left > 0 && customers.length > 0; ) {
    const index = random.integer(0, customers.length - 1);
    const customer = customers[index];
    if (!customer) return;
    if (lane.mustErase || (customers.length > 1 && random.chance(DELETES))) {
      await shop.remove(customer, lane.mustErase);
      note(lane.mustErase ? 'erase' : 'delete', customer);
      customers.splice(index, 1);
      lane.mustErase = false;
      left--;
    } else {
      const length = random.chance(BURSTS) ? Math.min(BURST_LENGTH, left) : 1;
      customers[index] = await changeOne(lane, customer, length);
      left -= length;
    }
  }
}

async function changeOne({ shop, changes, note }: Lane, before: Customer, length: number): Promise<Customer> {
  let customer = before;
  for (let i = 0; i < length; i++) {
    const { kind, actions } = changes.next(customer);
    customer = await shop.update(customer, actions);
    note(kind, customer);
  }
  return customer;
}
