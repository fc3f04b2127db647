import { runSchedule, type ScheduleOptions } from '../world/schedule.ts';
import { loadWith } from './load.ts';
import type { PlantedBug } from './planted-bug.ts';

export interface Hunt {
  readonly id: string;
  readonly what: string;
  /** Schedules until it was found; undefined = it survived. */
  readonly after: number | undefined;
  readonly invariants: readonly string[];
  readonly first: string;
}

/**
 * Runs schedules over the product with one planted bug and the other defences off, until a promise is broken. The same
 * schedules over the unchanged product must keep all promises; otherwise something else than the bug was found.
 */
export async function hunt(bug: PlantedBug, most: number): Promise<Hunt> {
  const code = await loadWith(bug.id, bug.edits ?? []);
  for (let seed = 1; seed <= most; seed++) {
    const { violations } = await runSchedule({ ...optionsOf(bug, seed), code, ...brokenInfrastructure(bug) });
    const [first] = violations;
    if (!first) continue;
    await control(bug, seed);
    const invariants = [...new Set(violations.map(({ invariant }) => invariant))];
    return { id: bug.id, what: bug.what, after: seed, invariants, first: first.message };
  }
  return { id: bug.id, what: bug.what, after: undefined, invariants: [], first: '' };
}

function optionsOf(bug: PlantedBug, seed: number): ScheduleOptions {
  return {
    seed,
    workload: bug.workload,
    plan: (plan) => ({ ...plan, hasReconcile: false, deduplicates: false, ...bug.plan?.(plan) }),
    ...(bug.faults && { onlyFaults: bug.faults }),
    ...(bug.rate !== undefined && { rate: bug.rate }),
  };
}

function brokenInfrastructure({ infrastructure }: PlantedBug) {
  return infrastructure ? { infrastructure } : {};
}

async function control(bug: PlantedBug, seeds: number): Promise<void> {
  // With edits, the infrastructure is what the bug needs; without edits, it is the bug.
  const surrounding = bug.edits ? brokenInfrastructure(bug) : {};
  for (let seed = 1; seed <= seeds; seed++) {
    const { violations } = await runSchedule({ ...optionsOf(bug, seed), ...surrounding });
    if (violations[0])
      throw new Error(`${bug.id}: seed ${seed} fails without the bug too: ${violations[0].message}`);
  }
}
