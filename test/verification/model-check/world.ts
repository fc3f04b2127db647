import { type Content, nothing } from './contents.ts';
import type { Message } from './messages.ts';
import { noRow, type RowCode } from './row.ts';

/** The next step of an invocation. */
export const step = {
  idle: 0,
  read: 1,
  write: 2,
  commit: 3,
  remove: 4,
  commitDelete: 5,
  forget: 6,
  note: 7,
  deadLetter: 8,
  acknowledge: 9,
} as const;
export type Step = (typeof step)[keyof typeof step];

/** One invocation of the handler for the one customer. */
export interface Invocation {
  readonly step: Step;
  /** The result of `collapse` over the records of the group. */
  readonly event: number;
  readonly receives: number;
  /** The fewest receives of its records; the newest record decides about absence. */
  readonly fewestReceives: number;
  /** The row as read at the gate. */
  readonly row: RowCode;
  /** Version read from the source or the body; 0 = none yet. */
  readonly version: number;
  readonly mapperVersion: number;
  /** 1: `version` comes from a stale read or an inline body. */
  readonly isSoft: number;
  /** Why it may end although the row does not show it: 1 dead-lettered, 2 absent at the source. */
  readonly excuse: number;
}

/** The complete state: source, transport, handler, OMS, and what the environment may still do. */
export interface World {
  readonly version: number;
  /** 0 live, 1 deleted, 2 deleted with a requested erasure. */
  readonly deletion: number;
  readonly mapperVersion: number;
  /** Sent but not yet in the queue; unordered, stored sorted. */
  readonly transit: readonly Message[];
  /** The customer's group in the FIFO queue, oldest first. */
  readonly queue: readonly Message[];
  readonly deadLetters: readonly Message[];
  readonly row: RowCode;
  readonly oms: Content;
  /** A request that timed out and can still take effect. */
  readonly late: Content;
  readonly first: Invocation;
  readonly second: Invocation;
  readonly duplicates: number;
  readonly crashes: number;
  readonly lateWrites: number;
  readonly staleReads: number;
  readonly runs: number;
  readonly deadLettered: number;
  /** How often a message became visible while its holder was running: 0 or 1. */
  readonly visibilityEnded: number;
  /** 1: a write was not followed by its commit. */
  readonly lostCommit: number;
  /** Highest version of a completed OMS write. */
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
  deadLettered: 0,
  visibilityEnded: 0,
  lostCommit: 0,
  completed: 0,
};
