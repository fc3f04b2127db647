import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../src/contract.ts';
import { compilePattern } from '../src/events/event-pattern.ts';

const matches = (pattern: Json, event: JsonObject) => compilePattern(JSON.stringify(pattern))(event);

describe('a pattern of fields', () => {
  test.each<[string, Json, JsonObject, boolean]>([
    ['AND', { a: [1], b: [2] }, { a: 1, b: 2, c: 3 }, true],
    ['AND, one missing', { a: [1], b: [2] }, { a: 1 }, false],
    ['names are case-sensitive', { Source: ['x'] }, { source: 'x' }, false],
    ['below an absent field', { a: { b: ['x'] } }, {}, false],
    ['absence below an absent field', { a: { b: [{ exists: false }] } }, {}, true],
    ['absence below a scalar', { a: { b: [{ exists: false }] } }, { a: 1 }, true],
    ['an event array: any element', { resources: ['r2'] }, { resources: ['r1', 'r2'] }, true],
    [
      'an array of objects: one element has it all',
      { a: { x: [1], y: [2] } },
      {
        a: [
          { x: 1, y: 1 },
          { x: 1, y: 2 },
        ],
      },
      true,
    ],
    [
      'an array of objects: two elements together',
      { a: { x: [1], y: [2] } },
      { a: [{ x: 1 }, { y: 2 }] },
      false,
    ],
    ['nested arrays of objects', { a: { b: { c: [1] } } }, { a: [{ b: [{ c: 2 }, { c: 1 }] }] }, true],
    ['a name of the prototype', { toString: [{ exists: false }] }, {}, true],
  ])('%s', (_, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });
});

describe('$or', () => {
  const either = { source: ['s'], $or: [{ a: [1] }, { b: { c: [2] } }] };
  test.each<[string, Json, JsonObject, boolean]>([
    ['the first', either, { source: 's', a: 1 }, true],
    ['the second', either, { source: 's', b: { c: 2 } }, true],
    ['neither', either, { source: 's', a: 2 }, false],
    ['not without its siblings', either, { source: 't', a: 1 }, false],
    ['below a field', { d: { $or: [{ a: [1] }, { b: [1] }] } }, { d: { b: 1 } }, true],
    ['inside itself', { $or: [{ a: [1] }, { $or: [{ b: [1] }, { c: [1] }] }] }, { c: 1 }, true],
    [
      'with operators inside: a field of that name',
      { $or: [{ prefix: 'x' }, { prefix: 'y' }] },
      { $or: 'yes' },
      true,
    ],
  ])('%s', (_, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });
});

describe('an invalid pattern is refused', () => {
  const ten = (name: string) => Array.from({ length: 11 }, (_, n) => ({ [name]: [n] }));
  test.each<[string, Json]>([
    ['an array', []],
    ['a string', 'x'],
    ['an empty object', {}],
    ['an empty object inside', { detail: {} }],
    ['an empty array', { source: [] }],
    ['a scalar leaf', { source: 'x' }],
    ['a null leaf', { source: null }],
    ['an array inside an array', { source: [['x']] }],
    ['an empty operator', { source: [{}] }],
    ['an unknown operator', { source: [{ starts: 'x' }] }],
    ['an operator of the prototype', { source: [{ constructor: 'x' }] }],
    ['two operators in one object', { source: [{ prefix: 'x', suffix: 'y' }] }],
    ['prefix of a number', { source: [{ prefix: 1 }] }],
    ['prefix of an unknown option', { source: [{ prefix: { wildcard: 'x' } }] }],
    ['suffix of a list', { source: [{ suffix: ['x'] }] }],
    ['equals-ignore-case of null', { source: [{ 'equals-ignore-case': null }] }],
    ['exists of a string', { source: [{ exists: 'true' }] }],
    ['two stars side by side', { source: [{ wildcard: 'a**b' }] }],
    ['an unknown escape', { source: [{ wildcard: 'a\\b' }] }],
    ['a wildcard too complex', { source: [{ wildcard: '*a*a*a*a*a*' }] }],
    ['an empty anything-but list', { source: [{ 'anything-but': [] }] }],
    ['a mixed anything-but list', { source: [{ 'anything-but': ['x', 1] }] }],
    ['anything-but null', { source: [{ 'anything-but': null }] }],
    ['anything-but an empty prefix', { source: [{ 'anything-but': { prefix: '' } }] }],
    ['anything-but exists', { source: [{ 'anything-but': { exists: true } }] }],
    ['anything-but two operators', { source: [{ 'anything-but': { prefix: 'a', suffix: 'b' } }] }],
    ['numeric without a number', { source: [{ numeric: ['='] }] }],
    ['numeric with a string', { source: [{ numeric: ['=', '5'] }] }],
    ['numeric with an unknown sign', { source: [{ numeric: ['==', 5] }] }],
    ['numeric beyond its range', { source: [{ numeric: ['<', 5000000001] }] }],
    ['numeric with the upper bound first', { source: [{ numeric: ['<', 5, '>', 0] }] }],
    ['numeric with an empty range', { source: [{ numeric: ['>', 5, '<', 5] }] }],
    ['numeric with three pairs', { source: [{ numeric: ['>', 1, '<', 5, '<', 6] }] }],
    ['a block without mask', { source: [{ cidr: '10.0.0.0' }] }],
    ['a mask out of range', { source: [{ cidr: '10.0.0.0/33' }] }],
    ['a block that is no address', { source: [{ cidr: '10.0.0/8' }] }],
    ['$or of one', { $or: [{ a: [1] }] }],
    ['$or of an empty object', { $or: [{ a: [1] }, {}] }],
    [
      '$or with more than 1,000 combinations',
      { a: { $or: ten('x') }, b: { $or: ten('x') }, c: { $or: ten('x') } },
    ],
    ['a pattern of more than 2,048 characters', { source: ['x'.repeat(2048)] }],
  ])('%s', (_, pattern) => {
    expect(() => compilePattern(JSON.stringify(pattern))).toThrow(
      expect.objectContaining({
        code: 'InvalidEventPatternException',
        message: expect.stringMatching(/^Event pattern is not valid\. Reason: ./),
      }),
    );
  });

  test('text that is not JSON', () => {
    expect(() => compilePattern('{')).toThrow('Event pattern is not valid. Reason: not JSON');
  });
});
