import type { Customer } from '@commercetools/platform-sdk';
import { ChangeGenerator, CustomerGenerator, sunrise } from '@fluent-connector/twins/commercetools';
import { createRandom, type Random } from '@fluent-connector/twins/random';
import type { Shop } from './shop.ts';

export interface ScenarioOptions {
  readonly customers: number;
  readonly changes: number;
  readonly seed: number;
  /** Number of waves; Fluent catches up before each. */
  readonly waves: number;
}

/** A change that commercetools has accepted. */
export interface Change {
  readonly id: string;
  readonly version: number;
  /** The kind of change: create, delete, erase, or a kind of the change generator. */
  readonly kind: string;
  /** When commercetools answered, in milliseconds since the epoch. */
  readonly at: number;
  /** The customer after the change; for a delete, before it. */
  readonly customer: Customer;
}

export interface Stage {
  readonly shop: Shop;
  readonly onChange: (done: number) => void;
  /** Called before each wave; lets Fluent catch up, so that not all changes collapse into one write. */
  readonly between: () => Promise<void>;
}

/** Concurrent requests. Each customer belongs to one lane, so its changes stay in order. */
const LANES = 6;
/** Shares of all changes. */
const BURSTS = 0.1;
const DELETES = 0.03;
const BURST_LENGTH = 3;

/**
 * Creates customers, then makes waves of seeded changes: single changes, bursts on one customer, deletes and one erasure.
 * The same seed gives the same changes; only their order across customers differs.
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

/** First the demo customers that commercetools publishes, then generated ones. */
function draftsOf({ customers, seed }: ScenarioOptions): Draft[] {
  const generator = new CustomerGenerator(createRandom(seed));
  const published = (sunrise().customers ?? []).slice(0, customers);
  return [...published, ...generator.take(customers - published.length)];
}

interface Lane {
  readonly shop: Shop;
  /** Current state of the lane's customers; deleted ones are removed. */
  readonly customers: Customer[];
  readonly random: Random;
  readonly changes: ChangeGenerator;
  readonly note: Note;
  /** True until this lane has made the one erasure. */
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
