import type { Bar } from './bars.ts';
import type { Cost } from './cost.ts';
import type { Counts } from './counts.ts';

/** bench/report.json. docs/benchmark.md says what each figure means, and what it does not say. */
export interface BenchReport {
  /** When the run began, ISO 8601. */
  readonly at: string;
  /** Commit that was measured; `+` behind it: with changes that are not committed. */
  readonly commit: string;
  readonly machine: Machine;
  /** Absent when the part was not run. */
  readonly bundles?: BundleReport;
  readonly requests?: RequestReport;
  readonly throughput?: readonly ThroughputRun[];
  readonly bars: readonly Bar[];
}

export interface Machine {
  readonly node: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Load average of the last minute before and after the run: above the number of cores, others were at work too. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export interface BundleReport {
  /** Fresh processes per bundle. */
  readonly samples: number;
  readonly bundles: readonly BundleMeasure[];
}

export interface BundleMeasure {
  readonly name: string;
  /** `floor`: only client-dynamodb, plainly bundled; `floor-with-alias`: the same without the chain of credentials. */
  readonly kind: 'function' | 'floor' | 'floor-with-alias';
  readonly bytes: number;
  /** Milliseconds of `import()` in a fresh process: median, and the quartiles around it. */
  readonly importMs: number;
  readonly importMsQuartiles: readonly [number, number];
  /** Median as a multiple of the floor's. */
  readonly importToFloor: number;
}

export interface RequestReport {
  readonly scenarios: readonly Scenario[];
  /** Receives per minute that find nothing while nothing happens; AWS polls at another pace. */
  readonly idleReceivesPerMinute: number;
  /** Differences between commercetools and Fluent at the end, by the demo's oracle. */
  readonly mismatches: number;
}

export interface Scenario {
  readonly id: ScenarioId;
  readonly title: string;
  /** Saves in commercetools, or deliveries where nothing was saved. */
  readonly changes: number;
  /** Messages per invocation of each function, on average. */
  readonly messagesPerInvocation: Readonly<Record<string, number>>;
  readonly counts: Counts;
  readonly perChange: Counts;
  readonly dollarsPerMillion: Cost;
}

export type ScenarioId =
  | 'first-sync-1'
  | 'first-sync-10'
  | 'update-1'
  | 'update-10'
  | 'bursts'
  | 'duplicate-1'
  | 'duplicate-10';

export interface ThroughputRun {
  readonly title: string;
  readonly changes: number;
  /** From the first change to quiet. */
  readonly seconds: number;
  readonly changesPerSecond: number;
  /** Fewer than the changes where several changes of one customer became one write. */
  readonly fluentWritesPerSecond: number;
  readonly mismatches: number;
  readonly lost: number;
  /** Largest resident memory of the one process that holds connector, embedded AWS, twins and shop. */
  readonly peakMemoryMb: number;
  /** Per change; AWS requests by service and operation, receives that found nothing included. */
  readonly commercetoolsReadsPerChange: number;
  readonly fluentCallsPerChange: number;
  readonly readUnitsPerChange: number;
  readonly writeUnitsPerChange: number;
  readonly awsRequestsPerChange: Readonly<Record<string, number>>;
}
