import type { Random } from '@fluent-connector/twins/random';
import type { Faults } from './faults.ts';
import type { Kernel } from './kernel.ts';
import type { Reach } from './reach.ts';
import type { Trace } from './trace.ts';
import type { Violation } from './violation.ts';

/** Shared by all models of one schedule. */
export interface Sim {
  readonly kernel: Kernel;
  readonly trace: Trace;
  readonly faults: Faults;
  /** Latencies and delivery orders: all randomness except faults. */
  readonly random: Random;
  readonly reach: Reach;
  /** Cut points passed so far, and those at which this schedule must crash. */
  readonly cuts: { passed: number; readonly crashAt: ReadonlySet<number> | undefined };
  violate(violation: Violation): void;
}

/** Names in traces: the last digits of an id. */
export function short(id: string): string {
  return `c${Number(id.slice(-6))}`;
}
