import type { Random } from '@fluent-connector/twins/random';
import type { Change } from './change.ts';
import { customerId, emailOf } from './content.ts';
import { MINUTE } from './history.ts';

/** When all customers exist, and when no further command begins. */
const BORN = 5 * MINUTE;
const OVER = 60 * MINUTE;

type Operation = Extract<Change, { kind: 'operate' }>['operation'];

export function operate(at: number, operation: Operation, input: Readonly<Record<string, unknown>>): Change {
  return { kind: 'operate', customer: 0, at, operation, input };
}

/** Operator commands for single customers, in addition to their changes at the source and in the OMS. */
export function lifeUnderCommands(random: Random, customer: number): Change[] {
  const id = customerId(customer);
  const later = () => random.integer(BORN + MINUTE, OVER);
  const changes: Change[] = [];
  if (random.chance(0.5)) {
    const code = random.pick(['C0101E', 'S0010E'] as const);
    const lasts = random.integer(2, 30) * MINUTE;
    changes.push({ kind: 'oms-refuses', customer, at: random.integer(0, 45 * MINUTE), code, lasts });
  }
  const linked = random.next();
  if (linked < 0.25) changes.push(...linkOfTaken(random, customer, later()));
  else if (linked < 0.45) changes.push(...linkOfKnown(random, customer, later()));
  if (random.chance(0.35)) {
    const at = later();
    changes.push(operate(at, 'record.skip', { ids: [id] }));
    if (random.chance(0.6))
      changes.push(operate(at + random.integer(1, 20) * MINUTE, 'record.process', { ids: [id] }));
  }
  if (random.chance(0.2)) changes.push(operate(later(), 'record.erase', { id, evenIfPresent: true }));
  return changes;
}

/** Its username belongs to a record without an owner: the operator names that one, or another. */
function linkOfTaken(random: Random, customer: number, at: number): Change[] {
  const own = unmarked(customer, customerId(customer));
  if (random.chance(0.5)) return [own, link(customer, customerId(customer), at)];
  return [own, unmarked(customer, shopName(customer)), link(customer, shopName(customer), at)];
}

/** It has its own username, and the operator names another record, often during a write. */
function linkOfKnown(random: Random, customer: number, at: number): Change[] {
  const content = { variant: random.integer(0, 7), email: emailOf(customer, 0) };
  const update: Change = { kind: 'update', customer, at: at - random.integer(0, 6_000), gap: 0, content };
  return [
    unmarked(customer, shopName(customer)),
    link(customer, shopName(customer), at),
    ...(random.chance(0.7) ? [update] : []),
  ];
}

function unmarked(customer: number, username: string): Change {
  return { kind: 'stranger', customer, at: 0, which: 'unmarked', email: username };
}

function link(customer: number, ref: string, at: number): Change {
  return operate(at, 'record.link', { id: customerId(customer), username: ref });
}

function shopName(customer: number): string {
  return `shop-${customer}`;
}

/** Operator commands for many customers: retries by cause and by name, forced runs, a comparison with repair, a pause, Prepare mode. */
export function commandsToMany(random: Random, customers: number): Change[] {
  const at = () => random.integer(BORN, OVER);
  const some = () =>
    Array.from({ length: customers }, (_, customer) => customerId(customer)).filter(() => random.chance(0.6));
  const changes: Change[] = [];
  for (let times = random.integer(2, 5); times > 0; times--) {
    const cause = random.pick(['C0101E', 'S0010E', 'IDENTITY_CONFLICT'] as const);
    const ids = some();
    const isByIds = ids.length > 0 && random.chance(0.4);
    changes.push(operate(at(), 'failure.retry', isByIds ? { ids } : { cause }));
  }
  for (let times = random.integer(0, 3); times > 0; times--) changes.push(startOfRun(random, at(), some()));
  if (random.chance(0.3))
    changes.push(...fromTo(random, at(), ['handler.pause', {}], ['handler.resume', {}]));
  if (random.chance(0.4)) {
    const [prepare, process] = [{ mode: 'prepare' }, { mode: 'process' }];
    changes.push(...fromTo(random, at(), ['handler.mode', prepare], ['handler.mode', process]));
    if (random.chance(0.5)) changes.push(operate(at(), 'record.process', {}));
  }
  return changes;
}

function startOfRun(random: Random, at: number, ids: readonly string[]): Change {
  const repair = ['source-ahead', 'missing', 'edited'];
  const requests = [
    { mode: 'full', options: { force: true, ...(random.chance(0.5) && { inlineBody: false }) } },
    { mode: 'reconcile', options: { compare: 'oms', repair } },
    ...(ids.length > 0 ? [{ mode: 'ids', options: { ids, force: true } }] : []),
  ];
  return operate(at, 'run.start', random.pick(requests));
}

function fromTo(
  random: Random,
  at: number,
  from: readonly [Operation, Record<string, unknown>],
  to: readonly [Operation, Record<string, unknown>],
): Change[] {
  return [operate(at, ...from), operate(at + random.integer(1, 20) * MINUTE, ...to)];
}
