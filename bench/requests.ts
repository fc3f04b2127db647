import { setTimeout as sleep } from 'node:timers/promises';
import { host } from '@fluent-connector/local-aws';
import { demoProject } from '@fluent-connector/twins/commercetools';
import {
  type EmbeddedConnector,
  partnerBus,
  startEmbeddedConnector,
} from '../local/connector/embedded-connector.ts';
import { createShop } from '../local/demo/shop.ts';
import { verify } from '../local/demo/verify.ts';
import type { Progress } from '../local/progress.ts';
import { costPerMillion } from './cost.ts';
import { difference, perChange } from './counts.ts';
import { type CustomersAtWork, createCustomersAtWork } from './customers-at-work.ts';
import { createMeter, type Meter } from './meter.ts';
import type { RequestReport, Scenario, ScenarioId } from './report.ts';

const SINGLES = 6;
const TENS = 8;
const BURST_ROUNDS = 3;
const BURST_CUSTOMERS = 20;
const BURST_SAVES = 3;
const DUPLICATE_ROUNDS = 4;
const IDLE_SECONDS = 10;
const QUIET_LIMIT_MS = 120_000;

/** One kind of change, made in rounds; after each round it waits until no message is left. */
interface Plan {
  readonly id: ScenarioId;
  readonly title: string;
  readonly rounds: number;
  /** Makes the changes of one round, counted from 0, and returns their number. */
  readonly round: (round: number) => Promise<number>;
}

/** Counts the usage of the embedded connector per change, for single changes and for batches. */
export async function measureRequests(progress: Progress): Promise<RequestReport> {
  const connector = await startEmbeddedConnector({
    ports: { commercetools: 0, fluent: 0, aws: 0 },
    onStep: (step) => progress.done(step),
  });
  try {
    await disableCaretaker(connector);
    await connector.commercetools.seed(demoProject);
    const shop = createShop(connector.commercetools);
    const customers = createCustomersAtWork(shop);
    const meter = createMeter(connector);
    // The first changes pay for tokens, secrets and cold starts.
    await customers.create(10);
    await untilQuiet(connector);
    const scenarios: Scenario[] = [];
    for (const plan of plansFor(connector, customers))
      scenarios.push(await play({ connector, meter, progress, plan }));
    return {
      scenarios,
      idleReceivesPerMinute: await countIdleReceives(meter),
      mismatches: verify(connector, customers.changes, await shop.groupKeys()).length,
    };
  } finally {
    await connector.stop();
  }
}

/** The caretaker runs once a minute, with or without changes, so its requests belong to no change. */
async function disableCaretaker({ stack, aws }: EmbeddedConnector): Promise<void> {
  const [, rule] =
    [...stack.resources].find(([id, { type }]) => type === 'AWS::Events::Rule' && /^Care/.test(id)) ?? [];
  if (!rule) throw new Error('The stack has no rule that starts the caretaker.');
  const input = { Name: rule.physicalId };
  await aws.gateway.call({ service: 'events', operation: 'DisableRule', input, caller: host });
}

function plansFor(connector: EmbeddedConnector, customers: CustomersAtWork): Plan[] {
  const singles: number[] = [];
  const tens: (readonly number[])[] = [];
  return [
    {
      id: 'first-sync-1',
      title: 'first sync, alone',
      rounds: SINGLES,
      round: async () => {
        singles.push(...(await customers.create(1)));
        return 1;
      },
    },
    {
      id: 'first-sync-10',
      title: 'first sync, ten at once',
      rounds: TENS,
      round: async () => {
        tens.push(await customers.create(10));
        return 10;
      },
    },
    {
      id: 'update-1',
      title: 'update, alone',
      rounds: SINGLES,
      round: async (round) => saved(customers, singles.slice(round, round + 1)),
    },
    {
      id: 'update-10',
      title: 'update, ten at once',
      rounds: TENS,
      round: async (round) => saved(customers, tens[round] ?? []),
    },
    {
      id: 'bursts',
      title: `save in a burst of ${BURST_SAVES}`,
      rounds: BURST_ROUNDS,
      round: async (round) =>
        saved(customers, tens.slice(2 * round, 2 * round + BURST_CUSTOMERS / 10).flat(), BURST_SAVES),
    },
    ...[1, 10].map(
      (size): Plan => ({
        id: size === 1 ? 'duplicate-1' : 'duplicate-10',
        title: `second delivery, ${size === 1 ? 'alone' : 'ten at once'}`,
        rounds: DUPLICATE_ROUNDS,
        round: (round) => deliverAgain(connector, round * size, size),
      }),
    ),
  ];
}

async function saved(customers: CustomersAtWork, numbers: readonly number[], saves = 1): Promise<number> {
  await customers.save(numbers, saves);
  return numbers.length * saves;
}

/** Sends the newest notification of some customers to the partner bus again, long after its first delivery. */
async function deliverAgain(
  { aws, commercetools }: EmbeddedConnector,
  from: number,
  count: number,
): Promise<number> {
  const newest = new Map(
    commercetools.notifications().map(({ event }) => [JSON.stringify(event.detail['resource']), event]),
  );
  const ofCustomers = [...newest.values()].filter(({ detail }) => isOfCustomer(detail));
  const again = ofCustomers.slice(from, from + count);
  await partnerBus(aws.gateway).put(again);
  return again.length;
}

function isOfCustomer({ resource }: Readonly<Record<string, unknown>>): boolean {
  return typeof resource === 'object' && resource !== null && Reflect.get(resource, 'typeId') === 'customer';
}

interface Stage {
  readonly connector: EmbeddedConnector;
  readonly meter: Meter;
  readonly progress: Progress;
  readonly plan: Plan;
}

async function play({ connector, meter, progress, plan }: Stage): Promise<Scenario> {
  const { id, title, rounds } = plan;
  const before = meter.counts();
  const batchesBefore = meter.batches();
  let changes = 0;
  for (let round = 0; round < rounds; round++) {
    progress.show(`${title}: round ${round + 1}/${rounds}`);
    changes += await plan.round(round);
    await untilQuiet(connector);
  }
  progress.done(`${title}: ${changes} changes`);
  const counts = difference(meter.counts(), before);
  return {
    id,
    title,
    changes,
    messagesPerInvocation: messagesPerInvocation(meter.batches(), batchesBefore),
    counts,
    perChange: perChange(counts, changes),
    dollarsPerMillion: costPerMillion(counts, changes),
  };
}

function messagesPerInvocation(
  after: ReturnType<Meter['batches']>,
  before: ReturnType<Meter['batches']>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after).map(([name, { messages, invocations }]) => {
      const added = invocations - (before[name]?.invocations ?? 0);
      const handled = messages - (before[name]?.messages ?? 0);
      return [name, added === 0 ? 0 : Math.round((handled / added) * 100) / 100];
    }),
  );
}

async function countIdleReceives(meter: Meter): Promise<number> {
  const before = meter.counts().emptyReceives;
  await sleep(IDLE_SECONDS * 1_000);
  return ((meter.counts().emptyReceives - before) / IDLE_SECONDS) * 60;
}

/** Counts are valid only when no message is left. */
async function untilQuiet(connector: EmbeddedConnector): Promise<void> {
  const waiting = await connector.quiet(QUIET_LIMIT_MS);
  if (waiting > 0)
    throw new Error(`${waiting} messages are still in queues after ${QUIET_LIMIT_MS / 1_000} s.`);
}
