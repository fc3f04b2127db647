import { type Bounds, type Model, noFlaws, quiet, realRules } from './model.ts';

export interface SafeCase {
  readonly name: string;
  /** Takes seconds; runs with every change of the code. */
  readonly small: Partial<Bounds>;
  /** Runs with `npm run model-check -- --large`. */
  readonly large: Partial<Bounds>;
}

/** The protocol within finite bounds: each case must be SAFE. Letters are contents, so 'ABA' is a reverted change. */
export const safeCases: readonly SafeCase[] = [
  {
    name: 'updates and a delete',
    small: { contents: 'AB', deletion: 'plain', duplicates: 1, crashes: 1, lateWrites: 1 },
    large: { contents: 'AB', deletion: 'plain', duplicates: 2, crashes: 2, lateWrites: 2 },
  },
  {
    name: 'stale reads',
    small: { contents: 'ABA', deletion: 'plain', crashes: 1, staleReads: 1 },
    large: { contents: 'AB', deletion: 'plain', duplicates: 1, crashes: 1, lateWrites: 1, staleReads: 2 },
  },
  {
    name: 'crashes',
    small: { contents: 'AB', deletion: 'plain', duplicates: 1, crashes: 2 },
    large: { contents: 'AB', deletion: 'plain', duplicates: 2, crashes: 3 },
  },
  {
    name: 'three updates, late writes',
    small: { contents: 'ABC', crashes: 1, lateWrites: 1 },
    large: { contents: 'ABC', deletion: 'plain', duplicates: 1, crashes: 1, lateWrites: 2 },
  },
  {
    name: 'a reverted change (hash skip)',
    small: { contents: 'ABA', crashes: 1, lateWrites: 1, duplicates: 1 },
    large: { contents: 'ABA', crashes: 2, lateWrites: 1, duplicates: 1, staleReads: 1 },
  },
  {
    name: 'dead-lettered and moved back',
    small: { contents: 'ABA', crashes: 1, deadLettered: 1, lateWrites: 1 },
    large: { contents: 'ABA', deletion: 'plain', crashes: 1, deadLettered: 2, lateWrites: 1 },
  },
  {
    name: 'a run with bodies',
    small: { contents: 'AB', deletion: 'plain', runs: 1, crashes: 1, lateWrites: 1 },
    large: { contents: 'AB', deletion: 'plain', runs: 1, crashes: 2, lateWrites: 1, staleReads: 1 },
  },
  {
    name: 'a forced run with bodies',
    small: { contents: 'AB', runs: 1, runsForce: true, crashes: 1, lateWrites: 1, staleReads: 1 },
    large: { contents: 'ABA', deletion: 'plain', runs: 1, runsForce: true, crashes: 1, lateWrites: 1 },
  },
  {
    name: 'an erasure with the delete',
    small: { contents: 'AB', deletion: 'erasing', duplicates: 1, crashes: 1 },
    large: { contents: 'AB', deletion: 'erasing', duplicates: 1, crashes: 2, lateWrites: 1, staleReads: 1 },
  },
  {
    name: 'an erasure requested after the delete',
    small: {
      contents: 'A',
      deletion: 'plain, erasure requested later',
      crashes: 2,
      lateWrites: 1,
      duplicates: 1,
    },
    large: {
      contents: 'AB',
      deletion: 'plain, erasure requested later',
      crashes: 1,
      lateWrites: 1,
      deadLettered: 1,
    },
  },
  {
    name: 'a new mapper, run with ids',
    small: { contents: 'ABA', deployment: 'run with ids', crashes: 1, lateWrites: 1 },
    large: { contents: 'ABA', deployment: 'run with ids', crashes: 2, lateWrites: 1, staleReads: 1 },
  },
  {
    name: 'a new mapper, run with bodies',
    small: { contents: 'AB', deletion: 'plain', deployment: 'run with bodies', crashes: 1 },
    large: { contents: 'ABA', deployment: 'run with bodies', crashes: 1, lateWrites: 1, duplicates: 1 },
  },
  {
    name: 'large batches',
    small: { contents: 'ABCA', crashes: 1, batch: 5 },
    large: { contents: 'ABA', deletion: 'erasing', duplicates: 1, crashes: 1, batch: 6 },
  },
  {
    name: 'everything together',
    small: { contents: 'AA', deletion: 'erasing', runs: 1, runsForce: true, deadLettered: 1 },
    large: {
      contents: 'ABA',
      deletion: 'erasing',
      runs: 1,
      runsForce: true,
      crashes: 1,
      deadLettered: 1,
    },
  },
];

export function modelOf(bounds: Partial<Bounds>): Model {
  return { ...quiet, ...bounds, rules: realRules, flaws: noFlaws };
}
