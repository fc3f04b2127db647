import { faultKinds } from '../kernel/faults.ts';
import type { Totals } from './totals.ts';

/** Hits that a batch of 20,000 schedules has to have of everything; smaller batches in proportion. */
const LEAST = 100;
const PER_SCHEDULES = 20_000;

/** Exits, branches and conditions that have to be reached beside every kind of fault. */
export const expected: readonly string[] = [];

/** What was reached how often, and what too rarely. */
export function reachabilityTable(totals: Totals): { lines: string[]; missing: string[] } {
  const least = Math.floor((LEAST * totals.schedules) / PER_SCHEDULES);
  const kinds = Object.entries(faultKinds).flatMap(([site, list]) => list.map((kind) => `${site} ${kind}`));
  const wanted = new Map([
    ...kinds.map((kind): [string, number] => [`fault: ${kind}`, totals.hits[kind] ?? 0]),
    ...expected.map((what): [string, number] => [what, totals.reach[what] ?? 0]),
  ]);
  const others = Object.entries(totals.reach).filter(([what]) => !wanted.has(what));
  const row = ([what, times]: [string, number]) => `${String(times).padStart(9)}  ${what}`;
  return {
    lines: [
      ...[...wanted].map(row),
      'also reached:',
      ...others.sort(([a], [b]) => (a < b ? -1 : 1)).map(row),
      `${kinds.length} kinds of faults at ${Object.keys(faultKinds).length} places`,
    ],
    missing: [...wanted].filter(([, times]) => times < least).map(([what, times]) => `${what} (${times})`),
  };
}
