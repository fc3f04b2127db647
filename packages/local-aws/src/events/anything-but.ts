import type { Json } from '../contract.ts';
import { isObject } from '../fields.ts';
import { invalidPattern } from './invalid-pattern.ts';
import { equalsIgnoreCase, prefix, suffix, wildcard } from './text-operators.ts';

type ScalarTest = (value: Json) => boolean;

const inner = new Map<string, (operand: Json) => ScalarTest>(
  Object.entries({ prefix, suffix, wildcard, 'equals-ignore-case': equalsIgnoreCase }),
);

/**
 * Excludes a value, a list of one type, or the matches of one text operator. Text operators never exclude
 * other types.
 */
export function anythingBut(operand: Json): ScalarTest {
  if (!isObject(operand)) {
    const excluded = oneType(operand);
    return (value) => !excluded.includes(value);
  }
  const [name, ...others] = Object.keys(operand);
  const operator = inner.get(name ?? '');
  if (!operator || others.length > 0) throw invalidPattern(`unsupported anything-but pattern ${name ?? ''}`);
  const tests = oneType(operand[name ?? ''] ?? null).map((text) => {
    if (typeof text !== 'string' || text === '')
      throw invalidPattern(`anything-but ${name} needs non-empty strings`);
    return operator(text);
  });
  return (value) => !tests.some((test) => test(value));
}

function oneType(operand: Json): Json[] {
  const values = Array.isArray(operand) ? operand : [operand];
  const [first] = values;
  if (first === undefined) throw invalidPattern('anything-but list is empty');
  const type = typeof first;
  if (type !== 'string' && type !== 'number') throw invalidPattern('anything-but needs strings or numbers');
  if (values.some((value) => typeof value !== type)) {
    throw invalidPattern('anything-but list must be all strings or all numbers');
  }
  return values;
}
