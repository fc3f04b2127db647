import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ConnectorError } from '../../../lambdas/core/base/errors.ts';
import type { QueueRecord } from '../../../lambdas/runtime/lambda/queue-record.ts';
import { bareCustomer } from '../../builders/customer.ts';
import { createHandlerBench } from '../../builders/handler-bench.ts';
import { idOf } from '../../builders/notification.ts';
import { event, record } from '../../builders/records.ts';
import { type Call, fluentCalls, storeCalls, wrap } from './ports.ts';
import { holds } from './seeds.ts';

/** One customer of the batch: its state, its event, and its own faults. */
interface Plan {
  readonly isKnown: boolean;
  readonly atSource: 'current' | 'stale' | 'missing' | 'unmappable';
  readonly announced: readonly { version: number; isDelete: boolean; receives: number }[];
  readonly fault: 'none' | 'lookup' | 'write' | 'lost answer' | 'commit' | 'refusal' | 'bug';
}
type Bench = ReturnType<typeof createHandlerBench>;

const plan: fc.Arbitrary<Plan> = fc.record({
  isKnown: fc.boolean(),
  atSource: fc.constantFrom('current', 'current', 'stale', 'missing', 'unmappable'),
  announced: fc.array(
    fc.record({
      version: fc.integer({ min: 1, max: 3 }),
      isDelete: fc.nat({ max: 4 }).map((draw) => draw === 0),
      receives: fc.integer({ min: 1, max: 2 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  fault: fc.constantFrom('none', 'none', 'lookup', 'write', 'lost answer', 'commit', 'refusal', 'bug'),
});

/** A handler with all customers as planned. A fault hits only the calls about its customer. */
async function createWorld(plans: readonly Plan[]): Promise<Bench> {
  const bench = createHandlerBench({ onDelete: 'anonymise' });
  for (const [index, { isKnown }] of plans.entries()) {
    const id = idOf(index);
    bench.commercetools.customers.set(id, bareCustomer({ id, version: 1 }));
    if (isKnown) await bench.run(record(event({ version: 1, resource: { typeId: 'customer', id } })));
  }
  for (const [index, { atSource }] of plans.entries()) putAtSource(bench, idOf(index), atSource);
  bench.outcomes.length = 0;
  const faultOf = (id: string) => plans[Number(id.slice(-12))]?.fault;
  strike(bench, faultOf);
  return bench;
}

function putAtSource({ commercetools: { customers } }: Bench, id: string, atSource: Plan['atSource']): void {
  if (atSource === 'missing') customers.delete(id);
  if (atSource === 'current') customers.set(id, bareCustomer({ id, version: 3, firstName: 'New' }));
  if (atSource === 'unmappable') customers.set(id, bareCustomer({ id, version: 3, email: '' }));
}

function strike({ ports: { services, store } }: Bench, faultOf: (id: string) => Plan['fault'] | undefined) {
  const { fluent } = services;
  const { findByUsername, create, update } = fluent;
  const { commitSynced } = store;
  const fail = (failureClass: 'retry' | 'ambiguous' | 'permanent') =>
    Promise.reject(new ConnectorError({ failureClass, code: `DRAWN_${failureClass.toUpperCase()}` }, 'x'));
  fluent.findByUsername = (id) => (faultOf(id) === 'lookup' ? fail('retry') : findByUsername(id));
  const written = async <T>(id: string, write: () => Promise<T>): Promise<T> => {
    const fault = faultOf(id);
    if (fault === 'write') return fail('ambiguous');
    if (fault === 'refusal') return fail('permanent');
    if (fault === 'bug') throw new TypeError('bug');
    const answer = await write();
    return fault === 'lost answer' ? fail('ambiguous') : answer;
  };
  fluent.create = (input) => written(input.username, () => create(input));
  fluent.update = (input) => written(input.username, () => update(input));
  store.commitSynced = (key, commit) =>
    faultOf(key.id) === 'commit' ? fail('retry') : commitSynced(key, commit);
}

/** The scheduler decides when each port answers; two writes of one customer must never overlap. */
function schedule({ ports }: Bench, scheduler: fc.Scheduler): { overlaps: string[] } {
  const overlaps: string[] = [];
  const writing = new Set<string>();
  const late = (call: Call): Call => scheduler.scheduleFunction(call);
  const watched = (call: Call) => async (input: { username: string }) => {
    if (writing.has(input.username)) overlaps.push(input.username);
    writing.add(input.username);
    return call(input as never).finally(() => writing.delete(input.username));
  };
  const { services, store, deadLetters, queue } = ports;
  wrap(services.commercetools, ['customersById'], late);
  wrap(services.fluent, fluentCalls, late);
  wrap(services.fluent, ['create', 'update'], watched);
  wrap(store, storeCalls, late);
  wrap(deadLetters, ['send'], late);
  wrap(queue, ['changeVisibility'], late);
  return { overlaps };
}

function recordsOf(plans: readonly Plan[]): QueueRecord[][] {
  return plans.map(({ announced }, index) =>
    announced.map(({ version, isDelete, receives }) =>
      record(
        event({
          version,
          kind: isDelete ? 'DELETE' : 'UPSERT',
          resource: { typeId: 'customer', id: idOf(index) },
        }),
        { receives },
      ),
    ),
  );
}

/** Everything that remains after the work. */
function stateOf(bench: Bench, back: readonly string[]) {
  return {
    back: [...back].sort(),
    rows: [...bench.store.rows()].sort(([a], [b]) => (a < b ? -1 : 1)),
    fluent: [...bench.fluent.customers].sort(([a], [b]) => (a < b ? -1 : 1)),
    ends: bench.outcomes.map(({ id, outcome, reason }) => `${id} ${outcome} ${reason}`).sort(),
    hidden: [...bench.queue.hidden].sort(([a], [b]) => (a < b ? -1 : 1)),
    deadLetters: bench.deadLetters.copies.map((copy) => JSON.stringify(copy)).sort(),
  };
}

test('customers of one batch do not affect each other: in any order of answers the result is as if each had come alone', () =>
  holds(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(plan, { minLength: 1, maxLength: 4 }),
      async (scheduler, plans) => {
        const records = recordsOf(plans);
        const apart = await createWorld(plans);
        const backApart: string[] = [];
        for (const own of records) backApart.push(...(await apart.run(...own)));

        const together = await createWorld(plans);
        const { overlaps } = schedule(together, scheduler);
        const back = await scheduler.waitFor(together.run(...records.flat()));

        expect(stateOf(together, back)).toEqual(stateOf(apart, backApart));
        expect(overlaps).toEqual([]);
        // No call may be left open: a frozen environment would send it during the next invocation.
        expect(scheduler.count()).toBe(0);
      },
    ),
    { runs: 450 },
  ));
