import { collapse } from '../../../lambdas/core/delivery/collapse.ts';
import {
  decideStart,
  isAbsent,
  maySkipWrite,
  mustForgetHash,
  sourceFloor,
} from '../../../lambdas/core/delivery/protocol.ts';
import type { World } from './world.ts';

/** The decisions under test: the real ones, unless a planted mistake replaces one of them. */
export const realRules = { collapse, decideStart, isAbsent, maySkipWrite, mustForgetHash, sourceFloor };
export type Rules = typeof realRules;

/** How much the environment may do. Every number is an upper bound; all orders of all of it are searched. */
export interface Bounds {
  /** One letter per source version, A to D: equal letters, equal content. At most 6. */
  readonly contents: string;
  readonly deletion: 'none' | 'plain' | 'erasing' | 'plain, erasure asked later';
  /** Messages that arrive once more, at any later time. */
  readonly duplicates: number;
  /** Invocations that end before their next step, whatever it is; also a definite failure of that step. */
  readonly crashes: number;
  /** OMS requests given up that take effect later, within DELTA, or never. */
  readonly lateWrites: number;
  /** Reads that show an older version, or nothing. */
  readonly staleReads: number;
  /** Messages of a run with an inline body, listed at any time. */
  readonly runs: number;
  readonly runsForce: boolean;
  /** Messages set aside (given up by age, or refused by the OMS) and moved back later. */
  readonly parks: number;
  /** The mapper changes once, at any time, and a run for it starts. */
  readonly deployment: 'none' | 'run with ids' | 'run with bodies';
  /** Most records of the customer in one batch. */
  readonly batch: number;
}

/** What is wrong in the surroundings or in the order of the steps. All false or the first value: the protocol. */
export interface Flaws {
  /** Which messages exclude each other. */
  readonly lock: 'customer' | 'none' | 'version' | 'customer, bodies apart';
  readonly visibilityEndsEarly: boolean;
  readonly commitsFirst: boolean;
  readonly retriesBeforeDelta: boolean;
  readonly absentDeletes: boolean;
  readonly parkKeepsHash: boolean;
  readonly parksAfterAmbiguous: boolean;
  readonly ambiguousIsSuccess: boolean;
  readonly rowIsNotRead: boolean;
  /** Whether a customer is absent is judged by the most received record of its group, not by the newest. */
  readonly judgesAbsenceByOldest: boolean;
  /** A commit that the row refuses counts as done, instead of setting the customer aside as a broken invariant. */
  readonly trustsRefusedCommits: boolean;
  /** The queue itself moves a message that was received twice to the dead-letter queue. */
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
  parkKeepsHash: false,
  parksAfterAmbiguous: false,
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
  parks: 0,
  deployment: 'none',
  batch: 2,
};

/** One thing that can happen next; `breach` names the property that it breaks. */
export interface Transition {
  readonly label: string;
  readonly world: World;
  readonly breach?: string;
}
