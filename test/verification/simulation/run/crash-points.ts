import type { Workload } from '../plan/plan.ts';
import { runSchedule } from '../world/schedule.ts';

/** Workloads whose every crash point is tried. */
export const crashWorkloads = [
  'create',
  'burst',
  'create-update-delete',
  'erasure',
  'run-bodies',
  'small-run',
] as const satisfies readonly Workload[];

export interface CrashRuns {
  runs: number;
  /** The crash points, and the broken promise. */
  readonly broken: { readonly at: readonly number[]; readonly first: string }[];
}

/**
 * Crashes a schedule without other faults at each of its cut points, and with `depth` 2 at each pair: the second point is
 * one of those that the schedule with the first crash passes.
 */
export async function everyCrash(workload: Workload, seed: number, depth: 1 | 2): Promise<CrashRuns> {
  const found: CrashRuns = { runs: 0, broken: [] };

  async function run(at: readonly number[]): Promise<number> {
    const { cuts, violations } = await runSchedule({ seed, workload, crashAt: new Set(at) });
    found.runs++;
    if (violations[0]) found.broken.push({ at, first: violations[0].message });
    return cuts;
  }

  const cuts = await run([]);
  for (let first = 0; first < cuts; first++) {
    const after = await run([first]);
    if (depth === 1) continue;
    for (let second = first + 1; second < after; second++) await run([first, second]);
  }
  return found;
}
