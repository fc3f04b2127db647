import { withoutAmbient } from '../kernel/ambient.ts';
import { Faults } from '../kernel/faults.ts';
import { START } from '../kernel/kernel.ts';
import { Violation } from '../kernel/violation.ts';
import { makePlan, type Plan, type Workload } from '../plan/plan.ts';
import { type Code, code as realCode } from './code.ts';
import { type Infrastructure, soundInfrastructure } from './infrastructure.ts';
import { playBeside } from './schedule-beside.ts';
import { World } from './world.ts';

export interface ScheduleOptions {
  readonly seed: number;
  readonly workload: Workload;
  readonly isReadable?: boolean;
  readonly code?: Code;
  readonly infrastructure?: Partial<Infrastructure>;
  /** Changes to the plan of the seed, for a planted bug or a crash enumeration. */
  readonly plan?: (plan: Plan) => Plan;
  readonly rate?: number;
  readonly onlyFaults?: readonly string[];
  /** For the shortest schedule. */
  readonly withoutFaults?: ReadonlySet<string>;
  readonly skipFaults?: ReadonlySet<number>;
  readonly withoutChanges?: ReadonlySet<number>;
  readonly crashAt?: ReadonlySet<number>;
}

export interface ScheduleResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly digest: readonly [number, number];
  readonly faults: ReadonlyMap<string, number>;
  readonly reach: ReadonlyMap<string, number>;
  /** Faults drawn: positions that `skipFaults` can name. */
  readonly drawn: number;
  readonly changes: number;
  readonly cuts: number;
  readonly virtualMs: number;
  readonly steps: number;
  readonly lines: readonly string[];
}

const HOUR = 3_600_000;
const MOST_STEPS = 200_000;

/** One schedule: faults, a calm period, a redrive of all dead letters, then the checks. */
export async function runSchedule(options: ScheduleOptions): Promise<ScheduleResult> {
  const { seed } = options;
  const made = makePlan(seed, options.workload);
  const shaped = options.plan?.(made) ?? made;
  const { withoutChanges } = options;
  const plan = withoutChanges
    ? { ...shaped, changes: shaped.changes.filter((_, index) => !withoutChanges.has(index)) }
    : shaped;
  const faults = new Faults({
    seed,
    hasReconcile: plan.hasReconcile || plan.beside?.findsLost === true,
    rate: options.rate,
    only: options.onlyFaults,
    without: options.withoutFaults,
    skip: options.skipFaults,
  });
  if (options.crashAt) faults.isOn = false;
  const world = new World({
    seed,
    plan,
    faults,
    code: options.code ?? realCode,
    infrastructure: { ...soundInfrastructure, ...options.infrastructure },
    crashAt: options.crashAt,
    isReadable: options.isReadable === true,
  });
  const restsAt = await withoutAmbient(() => play(world));
  const { sim } = world;
  return {
    seed,
    violations: world.violations,
    digest: sim.trace.digest,
    faults: faults.hits,
    reach: sim.reach.hits,
    drawn: faults.count,
    changes: shaped.changes.length,
    cuts: sim.cuts.passed,
    virtualMs: restsAt - START,
    steps: world.kernel.steps,
    lines: sim.trace.lines,
  };
}

/** Answers when everything was at rest. */
async function play(world: World): Promise<number> {
  const { kernel, sim } = world;
  const { faults, trace } = sim;
  if (world.beside) return playBeside(world, world.beside);
  const end = world.start();
  const operation = faults.draw('operations');
  await kernel.run(end, MOST_STEPS);
  faults.isOn = false;
  trace.note('healed');
  if (!(await drain(world))) return kernel.now;
  if (world.plan.hasReconcile) {
    world.reconcile();
    if (!(await drain(world))) return kernel.now;
  }
  world.hasTwoMappers = false;
  if (world.plan.hasRedrive) {
    const moved = world.redrive(operation === 'redrive-old-age');
    if (moved > 0 && !(await drain(world))) return kernel.now;
  }
  world.oracle.atEnd();
  const restsAt = kernel.now;
  if (operation === 'tombstone-removed' || operation === 'tombstone-kept')
    await afterNinetyDays(world, operation === 'tombstone-removed');
  return restsAt;
}

/** I3 without a tombstone: a message of a customer deleted long ago writes nothing. */
async function afterNinetyDays(world: World, rowsAreRemoved: boolean): Promise<void> {
  const { writes } = world.fluent;
  world.lastArrival = world.kernel.now + 91 * 24 * HOUR;
  world.kernel.at(world.lastArrival, () => world.wakeTheDead(rowsAreRemoved));
  if (!(await drain(world))) return;
  if (world.fluent.writes > writes)
    world.sim.violate(new Violation('I3', 'a late message restored a deleted customer'));
}

/** I7: without faults everything comes to rest within three hours of virtual time after the last arrival. */
async function drain(world: World): Promise<boolean> {
  const { kernel, sim } = world;
  const limit = Math.max(kernel.now, world.lastArrival) + 3 * HOUR;
  const how = await kernel.run(limit, MOST_STEPS);
  if (how === 'idle') return true;
  const waiting = [world.ingest, world.routeQueue, world.handlerQueue, world.runQueue].map(
    ({ name, size }) => `${name} ${size}`,
  );
  sim.violate(new Violation('I7', `not at rest (${how}): ${waiting.join(', ')}`));
  return false;
}
