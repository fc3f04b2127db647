import { describe, expect, test } from 'vitest';
import { readLogFilter } from '../src/log-filter.ts';

describe('a filter pattern', () => {
  const line = JSON.stringify({ level: 'ERROR', code: 'X', error: { name: 'Oh no' }, receives: 3, ok: true });
  test.each([
    ['', true],
    ['ERROR X', true],
    ['"Oh no"', true],
    ['WARN', false],
    ['{ $.level = "ERROR" }', true],
    ['{ ($.error.name = "Oh no") && ($.receives = 3) }', true],
    ['{ $.ok = true && $.code != "Y" }', true],
    ['{ $.level = "WARN" }', false],
  ])('%j matches the line: %j', (pattern, expected) => {
    expect(readLogFilter(pattern)(line)).toBe(expected);
  });

  test('of fields never matches a line that is not JSON', () => {
    expect(readLogFilter('{ $.a != "b" }')('plain text')).toBe(false);
  });

  test.each([
    '{ $.a = "b" || $.c = "d" }',
    '{ $.a = "b*" }',
    '?ERROR ?WARN',
    '[a, b]',
    '-debug',
    '{ $.a > 3 }',
  ])('%j is refused', (pattern) => {
    expect(() => readLogFilter(pattern)).toThrow('Filter pattern is not supported');
  });
});
