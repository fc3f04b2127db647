import { runSchedule, type ScheduleOptions, type ScheduleResult } from '../world/schedule.ts';

export interface Shrunk {
  readonly options: ScheduleOptions;
  readonly result: ScheduleResult;
}

/**
 * The shortest schedule that still breaks the same promise: leaves out kinds of faults, then changes, then single faults,
 * one at a time. Each removal shifts the later random draws, so every step is tried and kept only if it still fails.
 */
export async function shrink(options: ScheduleOptions, mostTries = 2_000): Promise<Shrunk> {
  let best = await attempt(options);
  const invariant = best.result.violations[0]?.invariant;
  let tries = 0;

  async function improve(over: Partial<ScheduleOptions>): Promise<boolean> {
    if (tries++ > mostTries) return false;
    const candidate = await attempt({ ...best.options, ...over });
    if (!candidate.result.violations.some((violation) => violation.invariant === invariant)) return false;
    best = candidate;
    return true;
  }

  for (let progress = true; progress && tries < mostTries; ) {
    progress = false;
    for (const kind of best.result.faults.keys()) {
      const withoutFaults = new Set([...(best.options.withoutFaults ?? []), kind]);
      if (await improve({ withoutFaults, skipFaults: new Set() })) progress = true;
    }
    for (let index = best.result.changes - 1; index >= 0; index--) {
      if (best.options.withoutChanges?.has(index)) continue;
      const withoutChanges = new Set([...(best.options.withoutChanges ?? []), index]);
      if (await improve({ withoutChanges, skipFaults: new Set() })) progress = true;
    }
    for (let index = best.result.drawn - 1; index >= 0; index--) {
      if (best.options.skipFaults?.has(index)) continue;
      const skipFaults = new Set([...(best.options.skipFaults ?? []), index]);
      if (await improve({ skipFaults })) progress = true;
    }
  }
  return attempt({ ...best.options, isReadable: true });
}

async function attempt(options: ScheduleOptions): Promise<Shrunk> {
  return { options, result: await runSchedule(options) };
}
