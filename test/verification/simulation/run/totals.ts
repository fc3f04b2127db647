import type { ScheduleResult } from '../world/schedule.ts';

/** A schedule that broke a promise. */
export interface Found {
  readonly seed: number;
  readonly invariants: readonly string[];
  readonly first: string;
}

/** The totals of a number of schedules. Adding is commutative, so the number of jobs changes nothing. */
export interface Totals {
  schedules: number;
  faults: number;
  virtualMs: number;
  steps: number;
  digest: [number, number];
  found: Found[];
  hits: Record<string, number>;
  reach: Record<string, number>;
}

export function noTotals(): Totals {
  return { schedules: 0, faults: 0, virtualMs: 0, steps: 0, digest: [0, 0], found: [], hits: {}, reach: {} };
}

export function addSchedule(totals: Totals, result: ScheduleResult): void {
  totals.schedules++;
  totals.virtualMs += result.virtualMs;
  totals.steps += result.steps;
  for (const [name, times] of result.faults) {
    totals.faults += times;
    totals.hits[name] = (totals.hits[name] ?? 0) + times;
  }
  for (const [name, times] of result.reach) totals.reach[name] = (totals.reach[name] ?? 0) + times;
  addDigest(totals, [Math.imul(result.digest[0] ^ result.seed, 0x9e3779b1), result.digest[1]]);
  const [first] = result.violations;
  if (first) {
    const invariants = [...new Set(result.violations.map(({ invariant }) => invariant))];
    totals.found.push({ seed: result.seed, invariants, first: first.message });
  }
}

export function addTotals(totals: Totals, other: Totals): void {
  totals.schedules += other.schedules;
  totals.faults += other.faults;
  totals.virtualMs += other.virtualMs;
  totals.steps += other.steps;
  addDigest(totals, other.digest);
  totals.found.push(...other.found);
  for (const name of ['hits', 'reach'] as const)
    for (const [what, times] of Object.entries(other[name]))
      totals[name][what] = (totals[name][what] ?? 0) + times;
}

export function digestText([a, b]: readonly [number, number]): string {
  return `${(a >>> 0).toString(16).padStart(8, '0')}${(b >>> 0).toString(16).padStart(8, '0')}`;
}

function addDigest(totals: Totals, [a, b]: readonly [number, number]): void {
  totals.digest = [(totals.digest[0] + a) >>> 0, (totals.digest[1] + b) >>> 0];
}
