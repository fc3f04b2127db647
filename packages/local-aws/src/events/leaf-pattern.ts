import type { Json } from '../contract.ts';
import { isObject } from '../fields.ts';
import { anythingBut } from './anything-but.ts';
import { cidr } from './cidr.ts';
import { invalidPattern } from './invalid-pattern.ts';
import { numeric } from './numeric.ts';
import { equalsIgnoreCase, prefix, suffix, wildcard } from './text-operators.ts';

/** Tests one scalar of an event. */
export type ScalarTest = (value: Json) => boolean;

/** One alternative of a leaf: a test of scalars, or a test of presence. */
export type LeafPattern = { readonly exists: boolean } | { readonly test: ScalarTest };

const operators = new Map<string, (operand: Json) => ScalarTest>(
  Object.entries({
    prefix,
    suffix,
    'equals-ignore-case': equalsIgnoreCase,
    wildcard,
    'anything-but': anythingBut,
    numeric,
    cidr,
  }),
);

export function isOperator(name: string): boolean {
  return name === 'exists' || operators.has(name);
}

/** Reads one element of the array of a leaf. Throws InvalidEventPatternException. */
export function leafPattern(element: Json): LeafPattern {
  if (Array.isArray(element)) throw invalidPattern('arrays are not allowed inside arrays');
  // Strict equality: "" is not null, 1 is not "1".
  if (!isObject(element)) return { test: (value) => value === element };
  const [name, ...others] = Object.keys(element);
  if (name === undefined) throw invalidPattern('empty objects are not allowed');
  if (others.length > 0) throw invalidPattern('only one operator per object is allowed');
  const operand = element[name] ?? null;
  if (name === 'exists') {
    if (typeof operand !== 'boolean') throw invalidPattern('exists needs true or false');
    return { exists: operand };
  }
  const operator = operators.get(name);
  if (!operator) throw invalidPattern(`unrecognized match type ${name}`);
  return { test: operator(operand) };
}

/** True when one alternative matches one scalar. `scalars` is empty for an absent field. */
export function leafMatches(alternatives: readonly LeafPattern[], scalars: readonly Json[]): boolean {
  return alternatives.some((alternative) =>
    'exists' in alternative ? alternative.exists === scalars.length > 0 : scalars.some(alternative.test),
  );
}
