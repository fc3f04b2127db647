import type { Cost } from './cost.ts';
import type { Counts } from './counts.ts';

/** bench/report.json. docs/benchmark.md explains each figure. */
export interface BenchReport {
  /** Start of the run, ISO 8601. */
  readonly at: string;
  /** The measured commit; `+` means with uncommitted changes. */
  readonly commit: string;
  readonly machine: Machine;
  /** Absent if the part was not measured. */
  readonly bundles?: BundleReport;
  readonly requests?: RequestReport;
  readonly throughput?: readonly ThroughputRun[];
  readonly bars: readonly Bar[];
}

/** A limit that the project promises, and whether the figures keep it. */
export interface Bar {
  readonly name: string;
  readonly actual: number;
  /** `actual` must not be above it. */
  readonly limit: number;
  /** A goal below the limit; missing it is not a failure. */
  readonly aim?: number;
  readonly unit: string;
  readonly isKept: boolean;
  /** A wall-clock time on a shared machine: printed, but never fails the run. */
  readonly isClock: boolean;
}

export interface Machine {
  readonly node: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** Load average of the minute before and after the run. Above the number of cores, other programs were running. */
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
  /** `floor`: only client-dynamodb; `floor-with-alias`: the same without the credential provider chain. */
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
  /** Receives per minute that find nothing while nothing changes; AWS polls at another rate. */
  readonly idleReceivesPerMinute: number;
  /** Differences between commercetools and Fluent at the end, by the demo's oracle. */
  readonly mismatches: number;
}

export interface Scenario {
  readonly id: ScenarioId;
  readonly title: string;
  /** Saves in commercetools; in the second-delivery scenarios, deliveries. */
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
  /** From the first change until no message is left. */
  readonly seconds: number;
  readonly changesPerSecond: number;
  /** Lower than changes per second when several changes of one customer became one write. */
  readonly fluentWritesPerSecond: number;
  readonly mismatches: number;
  readonly lost: number;
  /** Peak resident memory of the process with connector, embedded AWS, twins and shop. */
  readonly peakMemoryMb: number;
  /** Per change. AWS requests are by service and operation and include receives that found nothing. */
  readonly commercetoolsReadsPerChange: number;
  readonly fluentCallsPerChange: number;
  readonly readUnitsPerChange: number;
  readonly writeUnitsPerChange: number;
  readonly awsRequestsPerChange: Readonly<Record<string, number>>;
}
