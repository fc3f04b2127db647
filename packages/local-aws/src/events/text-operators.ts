import type { Json } from '../contract.ts';
import { isObject } from '../fields.ts';
import { invalidPattern } from './invalid-pattern.ts';

type ScalarTest = (value: Json) => boolean;

export function textOperand(name: string, operand: Json): string {
  if (typeof operand !== 'string') throw invalidPattern(`${name} match pattern must be a string`);
  return operand;
}

export function prefix(operand: Json): ScalarTest {
  return affix('prefix', operand, (value, expected) => value.startsWith(expected));
}

export function suffix(operand: Json): ScalarTest {
  return affix('suffix', operand, (value, expected) => value.endsWith(expected));
}

export function equalsIgnoreCase(operand: Json): ScalarTest {
  const expected = textOperand('equals-ignore-case', operand).toLowerCase();
  return (value) => typeof value === 'string' && value.toLowerCase() === expected;
}

/** `*` matches any characters or none; `\*` and `\\` are literal. */
export function wildcard(operand: Json): ScalarTest {
  const tokens = textOperand('wildcard', operand).match(/\\[\s\S]?|[\s\S]/g) ?? [];
  let source = '';
  for (const [index, token] of tokens.entries()) {
    if (token === '*' && tokens[index - 1] === '*') throw invalidPattern('consecutive wildcard characters');
    if (token.startsWith('\\') && token !== '\\*' && token !== '\\\\')
      throw invalidPattern('invalid escape character');
    source += token === '*' ? '[\\s\\S]*' : literal(token.at(-1) ?? '');
  }
  refuseTooComplex(tokens);
  const expression = new RegExp(`^${source}$`);
  return (value) => typeof value === 'string' && expression.test(value);
}

/**
 * AWS limits the complexity of wildcards. Here five stars with at most one character between them are too
 * many.
 */
function refuseTooComplex(tokens: readonly string[]): void {
  const between = tokens
    .map((token) => (token === '*' ? '*' : 'x'))
    .join('')
    .split('*')
    .slice(1, -1);
  if (between.length >= 4 && between.every((run) => run.length <= 1))
    throw invalidPattern('Rule is too complex');
}

function affix(name: string, operand: Json, holds: (value: string, expected: string) => boolean): ScalarTest {
  if (isObject(operand)) {
    const [option, ...others] = Object.keys(operand);
    if (option !== 'equals-ignore-case' || others.length > 0)
      throw invalidPattern(`unsupported ${name} pattern`);
    const folded = textOperand(name, operand[option] ?? null).toLowerCase();
    return (value) => typeof value === 'string' && holds(value.toLowerCase(), folded);
  }
  const expected = textOperand(name, operand);
  return (value) => typeof value === 'string' && holds(value, expected);
}

function literal(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
}
