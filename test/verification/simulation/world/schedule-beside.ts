import { Violation } from '../kernel/violation.ts';
import { type Beside, HANDLER_ID } from './beside.ts';
import { linksToRepeat, nextToRetry } from './closing-commands.ts';
import { PROJECT, type World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Maximum steps of a schedule: a caretaker that runs for days takes many. */
const MOST_STEPS = 3_000_000;
/** Retries of the operator at the end: one per cause, plus a few. */
const MOST_RETRIES = 12;

/**
 * A schedule with runs, operators and caretaker: faults, then a calm period in which the operator leaves nothing switched off, and the
 * caretaker and its schedules get the time that they promise to need. Answers when everything was at rest.
 */
export async function playBeside(world: World, beside: Beside): Promise<number> {
  const { kernel, sim } = world;
  const end = world.start();
  await kernel.run(end, MOST_STEPS);
  sim.faults.isOn = false;
  sim.trace.note('healed');
  beside.healedAt = kernel.now;
  beside.caresUntil = kernel.now + timeToFind(beside);
  if (!(await drain(world, beside))) return kernel.now;
  if (!(await close(world, beside))) return kernel.now;
  if (!(await sweepAgain(world, beside))) return kernel.now;
  if (beside.plan.retriesAll && !(await retryAll(world, beside))) return kernel.now;
  if (!(await lookForCopies(world, beside))) return kernel.now;
  await world.oracle.atRest(beside);
  // Retrying is enough: what is moved back afterwards must do no harm.
  if (beside.plan.retriesAll) world.oracle.atEnd();
  const moved = world.redrive(false);
  if (moved > 0 && !(await drain(world, beside))) return kernel.now;
  if (beside.plan.retriesAll) {
    if (moved > 0 && !(await lookForCopies(world, beside))) return kernel.now;
    await world.oracle.afterRedrive();
  }
  world.oracle.atEnd();
  return kernel.now;
}

/** Two periods of everything that starts by itself, and as many passes of the watchdog. */
function timeToFind({ care, plan }: Beside): number {
  const minutes = Math.max(care.reconcileMinutes, care.incrementalMinutes);
  const watchMs = care.watchSeconds < 3_600 ? 3 * care.watchSeconds * 1_000 : 0;
  return 2 * minutes * MINUTE + watchMs + 10 * plan.careEvery;
}

/** The caretaker never stops; after an erasure, the schedule waits for its next full hour. */
async function lookForCopies(world: World, beside: Beside): Promise<boolean> {
  const erased = await world.stores.erased.list({ handlerId: HANDLER_ID, projectKey: PROJECT });
  if (erased.length === 0) return true;
  beside.lookFor(62);
  return drain(world, beside);
}

/** Runs that the operator starts because none of that kind has finished. */
async function close(world: World, beside: Beside): Promise<boolean> {
  for (const closing of beside.plan.closing ?? [])
    for (let times = 0; times < 3 && !(await beside.hasFinished(closing)); times++) {
      beside.operate({ operation: 'run.start', input: { mode: closing.mode, options: closing.options } });
      if (!(await goOn(world, beside))) return false;
    }
  return true;
}

/**
 * A customer whose create came after the sweep, and whose delete had no notification, leaves a row without a confirmed version: the next
 * sweep must delete it.
 */
async function sweepAgain(world: World, beside: Beside): Promise<boolean> {
  const sweep = beside.plan.closing?.find(({ mode }) => mode === 'sweep');
  const rows = world.rowsById();
  const isLeft = [...world.source.customers.values()].some(({ id, deletedAt }) => {
    const row = rows.get(id);
    return deletedAt !== undefined && row?.status === 'live' && row.version === 0;
  });
  if (!sweep || !isLeft) return true;
  world.sim.reach.hit('a sweep more, for a row in which nothing is confirmed');
  beside.operate({ operation: 'run.start', input: { mode: sweep.mode, options: sweep.options } });
  return goOn(world, beside);
}

/** What the operator does until no failure is left: repeats failed links, retries one cause after the other. */
async function retryAll(world: World, beside: Beside): Promise<boolean> {
  for (const input of linksToRepeat(world, beside)) beside.operate({ operation: 'record.link', input });
  if (!(await goOn(world, beside))) return false;
  for (let times = 0; times < MOST_RETRIES; times++) {
    const group = await nextToRetry(world);
    if (group === undefined) return true;
    beside.operate({ operation: 'failure.retry', input: { group } });
    if (!(await goOn(world, beside))) return false;
  }
  world.sim.violate(new Violation('I4', `a failure remains after ${MOST_RETRIES} retries`));
  return false;
}

/** The caretaker runs for a minute, and until everything is at rest. */
function goOn(world: World, beside: Beside): Promise<boolean> {
  beside.caresUntil = world.kernel.now + MINUTE;
  beside.start();
  return drain(world, beside);
}

/** I7: without faults everything comes to rest within some hours of virtual time. */
async function drain(world: World, beside: Beside): Promise<boolean> {
  const { kernel, sim } = world;
  const limit = Math.max(kernel.now, world.lastArrival, beside.caresUntil) + 6 * HOUR;
  const how = await kernel.run(limit, MOST_STEPS);
  if (how === 'idle' && (await beside.isAtRest())) return true;
  sim.violate(new Violation('I7', `not at rest (${how}): ${(await beside.unrest()).join(', ')}`));
  return false;
}
