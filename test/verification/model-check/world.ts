import { type Content, nothing } from './contents.ts';
import type { Message } from './messages.ts';
import { noRow, type RowCode } from './row.ts';

/** Where an invocation stands: the next thing that it will do. */
export const step = {
  idle: 0,
  read: 1,
  write: 2,
  commit: 3,
  remove: 4,
  commitDelete: 5,
  forget: 6,
  note: 7,
  setAside: 8,
  acknowledge: 9,
} as const;
export type Step = (typeof step)[keyof typeof step];

/** One invocation of the handler, for the one customer. */
export interface Invocation {
  readonly step: Step;
  /** What the records of the group became by `collapse`. */
  readonly event: number;
  readonly receives: number;
  /** The fewest receives of its records: absence is judged by the newest of them. */
  readonly fewestReceives: number;
  /** The row as it was at the gate. */
  readonly row: RowCode;
  /** Version that was read from the source or the body; 0 = none yet. */
  readonly version: number;
  readonly mapperVersion: number;
  /** 1: `version` comes from a stale read or an inline body. */
  readonly isSoft: number;
  /** Why it may end although the row does not show it: 1 set aside, 2 absent at the source. */
  readonly excuse: number;
}

/** Everything there is: source, transport, handler, OMS, and what the environment may still do. */
export interface World {
  readonly version: number;
  /** 0 live, 1 deleted, 2 deleted and its erasure asked. */
  readonly deletion: number;
  readonly mapperVersion: number;
  /** Sent, not yet in the queue; in any order, kept sorted. */
  readonly transit: readonly Message[];
  /** The customer's group in the FIFO queue, oldest first. */
  readonly queue: readonly Message[];
  readonly deadLetters: readonly Message[];
  readonly row: RowCode;
  readonly oms: Content;
  /** A request whose answer was given up and that can still take effect. */
  readonly late: Content;
  readonly first: Invocation;
  readonly second: Invocation;
  readonly duplicates: number;
  readonly crashes: number;
  readonly lateWrites: number;
  readonly staleReads: number;
  readonly runs: number;
  readonly parks: number;
  /** How often a message became visible while its holder was alive: 0 or 1. */
  readonly visibilityEnded: number;
  /** 1: some write was not followed by its commit. */
  readonly lostCommit: number;
  /** Highest version that a completed OMS write was built from. */
  readonly completed: number;
}

export const idle: Invocation = {
  step: step.idle,
  event: 0,
  receives: 0,
  fewestReceives: 0,
  row: noRow,
  version: 0,
  mapperVersion: 1,
  isSoft: 0,
  excuse: 0,
};

export const start: World = {
  version: 0,
  deletion: 0,
  mapperVersion: 1,
  transit: [],
  queue: [],
  deadLetters: [],
  row: noRow,
  oms: nothing,
  late: nothing,
  first: idle,
  second: idle,
  duplicates: 0,
  crashes: 0,
  lateWrites: 0,
  staleReads: 0,
  runs: 0,
  parks: 0,
  visibilityEnded: 0,
  lostCommit: 0,
  completed: 0,
};
