import type { Random } from '@fluent-connector/twins/random';
import type { Faults } from './faults.ts';
import type { Kernel } from './kernel.ts';
import type { Reach } from './reach.ts';
import type { Trace } from './trace.ts';
import type { Violation } from './violation.ts';

/** What every model of one schedule shares. */
export interface Sim {
  readonly kernel: Kernel;
  readonly trace: Trace;
  readonly faults: Faults;
  /** Latencies, orders of delivery: everything that is chance but no fault. */
  readonly random: Random;
  readonly reach: Reach;
  /** Cut points passed so far, and those at which this schedule has to crash. */
  readonly cuts: { passed: number; readonly crashAt: ReadonlySet<number> | undefined };
  violate(violation: Violation): void;
}

/** Names in traces: the last digits of an id. */
export function short(id: string): string {
  return `c${Number(id.slice(-6))}`;
}
