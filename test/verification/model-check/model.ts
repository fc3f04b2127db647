import { collapse } from '../../../lambdas/core/delivery/collapse.ts';
import {
  decideStart,
  isAbsent,
  maySkipWrite,
  mustForgetHash,
  sourceFloor,
} from '../../../lambdas/core/delivery/protocol.ts';
import type { World } from './world.ts';

/** The decisions under test: the real ones, unless a planted mistake replaces one. */
export const realRules = { collapse, decideStart, isAbsent, maySkipWrite, mustForgetHash, sourceFloor };
export type Rules = typeof realRules;

/** What the environment may do. Every number is an upper bound; the search covers all orders. */
export interface Bounds {
  /** One letter per source version, A to D; equal letters mean equal content. At most 6. */
  readonly contents: string;
  readonly deletion: 'none' | 'plain' | 'erasing' | 'plain, erasure requested later';
  /** Messages that arrive again, at any later time. */
  readonly duplicates: number;
  /** Invocations that end before their next step; also a definite failure of that step. */
  readonly crashes: number;
  /** OMS requests that time out and take effect later, within DELTA, or never. */
  readonly lateWrites: number;
  /** Reads that return an older version, or nothing. */
  readonly staleReads: number;
  /** Run messages with an inline body, listed at any time. */
  readonly runs: number;
  readonly runsForce: boolean;
  /** Messages that are dead-lettered (given up by age, or refused by the OMS) and moved back later. */
  readonly deadLettered: number;
  /** The mapper changes once, at any time, and a run follows. */
  readonly deployment: 'none' | 'run with ids' | 'run with bodies';
  /** Largest number of records of the customer in one batch. */
  readonly batch: number;
}

/** Faults in the environment or in the order of the steps. All false, or the first value, is the protocol. */
export interface Flaws {
  /** The messages that exclude each other. */
  readonly lock: 'customer' | 'none' | 'version' | 'customer, bodies apart';
  readonly visibilityEndsEarly: boolean;
  readonly commitsFirst: boolean;
  readonly retriesBeforeDelta: boolean;
  readonly absentDeletes: boolean;
  readonly deadLetterKeepsHash: boolean;
  readonly deadLettersAfterAmbiguous: boolean;
  readonly ambiguousIsSuccess: boolean;
  readonly rowIsNotRead: boolean;
  /** Absence is decided by the record with the most receives instead of the newest one. */
  readonly judgesAbsenceByOldest: boolean;
  /** A refused commit counts as done, instead of dead-lettering the customer as a broken invariant. */
  readonly trustsRefusedCommits: boolean;
  /** The queue itself dead-letters a message after two receives. */
  readonly movesNatively: boolean;
}

export interface Model extends Bounds {
  readonly rules: Rules;
  readonly flaws: Flaws;
}

export const noFlaws: Flaws = {
  lock: 'customer',
  visibilityEndsEarly: false,
  commitsFirst: false,
  retriesBeforeDelta: false,
  absentDeletes: false,
  deadLetterKeepsHash: false,
  deadLettersAfterAmbiguous: false,
  ambiguousIsSuccess: false,
  rowIsNotRead: false,
  judgesAbsenceByOldest: false,
  trustsRefusedCommits: false,
  movesNatively: false,
};

export const quiet: Bounds = {
  contents: 'A',
  deletion: 'none',
  duplicates: 0,
  crashes: 0,
  lateWrites: 0,
  staleReads: 0,
  runs: 0,
  runsForce: false,
  deadLettered: 0,
  deployment: 'none',
  batch: 2,
};

/** A possible next transition; `breach` names the property that it breaks. */
export interface Transition {
  readonly label: string;
  readonly world: World;
  readonly breach?: string;
}
