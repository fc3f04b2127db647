import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Crash, type Event, type Plan, RunWorld } from './run-cursor.world.ts';
import { holds } from './seeds.ts';

const turns = fc.nat({ max: 14 });
const crash: fc.Arbitrary<Crash> = fc.record({
  call: fc.integer({ min: 1, max: 12 }),
  effect: fc.boolean(),
});
const deliver: fc.Arbitrary<Event> = fc.record(
  {
    what: fc.constant('deliver' as const),
    turns,
    pick: fc.nat({ max: 3 }),
    twice: fc.nat({ max: 4 }).map((draw) => draw === 0),
    crash,
  },
  { requiredKeys: ['what', 'turns', 'pick', 'twice'] },
);
const outside: fc.Arbitrary<Event> = fc.record({
  what: fc.constantFrom('lose-tick', 'pause', 'resume', 'second-start', 'handle', 'handle'),
  turns,
});
const cancel: fc.Arbitrary<Event> = fc.record({ what: fc.constant('cancel' as const), turns });
const customer: fc.Arbitrary<Event> = fc.record({
  what: fc.constantFrom('create', 'delete', 'change'),
  turns,
  n: fc.nat({ max: 14 }),
});

/** Two feeders on the same page, with a customer that is created, deleted or changed between their reads of the source. */
const race: fc.Arbitrary<Event[]> = fc
  .tuple(fc.nat({ max: 5 }), customer, fc.nat({ max: 14 }))
  .map(([first, between, second]): Event[] => [
    { what: 'deliver', pick: 0, twice: true, turns: first },
    { ...between, turns: 0 },
    { what: 'deliver', pick: 0, twice: false, turns: second },
  ]);

const alone = (one: Event): Event[] => [one];
const plan: fc.Arbitrary<Plan> = fc.record({
  mode: fc.constantFrom('full', 'full', 'reconcile', 'incremental'),
  customers: fc.nat({ max: 10 }),
  pageSize: fc.integer({ min: 1, max: 4 }),
  events: fc
    .array(
      fc.oneof(
        { arbitrary: deliver.map(alone), weight: 12 },
        { arbitrary: outside.map(alone), weight: 6 },
        { arbitrary: customer.map(alone), weight: 4 },
        { arbitrary: cancel.map(alone), weight: 1 },
        { arbitrary: race, weight: 4 },
      ),
      { maxLength: 20 },
    )
    .map((events) => events.flat()),
});

test('a run skips no customer, gives none two positions and never goes back, despite crashes, duplicates, lost messages and pauses', () =>
  holds(
    fc.asyncProperty(fc.scheduler(), plan, async (scheduler, drawn) => {
      const world = new RunWorld(scheduler, drawn);
      await world.live();
      await world.judge();
      expect(world.problems).toEqual([]);
    }),
    { runs: 1_500 },
  ));
