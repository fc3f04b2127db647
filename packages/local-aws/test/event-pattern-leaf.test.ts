import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../src/contract.ts';
import { compilePattern } from '../src/events/event-pattern.ts';

const matches = (pattern: Json, event: JsonObject) => compilePattern(JSON.stringify(pattern))(event);

/** Tests a leaf pattern on `detail.x` with values of `x` that match and values that do not. */
function leaf(title: string, pattern: Json[], { yes = [], no = [] }: { yes?: Given[]; no?: Given[] }): void {
  const of = (x: Given): JsonObject => ({ detail: x === absent ? {} : { x: x as Json } });
  describe(title, () => {
    const table = [...yes.map((x) => [x, true] as const), ...no.map((x) => [x, false] as const)];
    test.each(table.map(([x, expected]) => [show(x), x, expected] as const))('%s: $2', (_, x, expected) => {
      expect(matches({ detail: { x: pattern } }, of(x))).toBe(expected);
    });
  });
}

const absent = Symbol('absent');
type Given = Json | typeof absent;
const show = (x: Given) => (x === absent ? 'absent' : JSON.stringify(x));

leaf('a string', ['a'], {
  yes: ['a', ['b', 'a'], [['a']]],
  no: ['A', 'ab', '', 1, null, {}, [], { a: 'a' }, absent],
});
leaf('the empty string', [''], { yes: [''], no: [null, absent, 'x', 0, false] });
leaf('null', [null], { yes: [null, [null]], no: ['', absent, 0, 'null', false] });
leaf('a number', [1], { yes: [1, 1.0, [2, 1]], no: ['1', true, 10, null] });
leaf('true', [true], { yes: [true], no: ['true', 1, false] });
leaf('several values', ['a', 1, null], { yes: ['a', 1, null], no: ['b', 2, absent] });

leaf('prefix', [{ prefix: 'ab' }], {
  yes: ['ab', 'abc', ['x', 'abc']],
  no: ['Abc', 'xab', 'a', 1, null, absent],
});
leaf('an empty prefix', [{ prefix: '' }], { yes: ['', 'x'], no: [1, absent] });
leaf('prefix without case', [{ prefix: { 'equals-ignore-case': 'aB' } }], {
  yes: ['ABc', 'abC'],
  no: ['xab'],
});
leaf('suffix', [{ suffix: '.png' }], { yes: ['a.png', '.png'], no: ['a.PNG', 'a.png ', 1, absent] });
leaf('suffix without case', [{ suffix: { 'equals-ignore-case': '.PNG' } }], {
  yes: ['a.png', 'a.Png'],
  no: ['png'],
});
leaf('equals-ignore-case', [{ 'equals-ignore-case': 'Alice' }], {
  yes: ['alice', 'ALICE'],
  no: ['alic', 1, absent],
});

leaf('wildcard', [{ wildcard: 'a*c' }], {
  yes: ['ac', 'abc', 'a\nc', 'abcc'],
  no: ['abcd', 'bac', 1, absent],
});
leaf('several wildcards', [{ wildcard: '*/dir/*.png' }], {
  yes: ['x/dir/y.png', '/dir/.png'],
  no: ['x/dir.png'],
});
leaf('escaped wildcards', [{ wildcard: 'a\\*b\\\\*' }], { yes: ['a*b\\', 'a*b\\x'], no: ['axb\\', 'a*bx'] });
leaf('wildcard with signs of regular expressions', [{ wildcard: 'a.b(*)' }], {
  yes: ['a.b(x)'],
  no: ['axb(x)'],
});

leaf('anything-but a string', [{ 'anything-but': 'a' }], {
  yes: ['b', '', 1, null, true, ['a', 'b']],
  no: ['a', ['a'], [], {}, absent],
});
leaf('anything-but numbers', [{ 'anything-but': [1, 2] }], {
  yes: [3, '1', [1, 3]],
  no: [1, 2, [1, 2], absent],
});
leaf('anything-but a list', [{ 'anything-but': ['a', 'b'] }], {
  yes: ['c', ['a', 'c']],
  no: ['a', 'b', absent],
});
leaf('anything-but prefix', [{ 'anything-but': { prefix: 'ab' } }], { yes: ['xab', 1], no: ['abc', absent] });
leaf('anything-but prefixes', [{ 'anything-but': { prefix: ['a', 'b'] } }], { yes: ['c'], no: ['ax', 'bx'] });
leaf('anything-but suffix', [{ 'anything-but': { suffix: '.tmp' } }], { yes: ['a.png'], no: ['a.tmp'] });
leaf('anything-but wildcard', [{ 'anything-but': { wildcard: '*/tmp/*' } }], {
  yes: ['/x/'],
  no: ['a/tmp/b'],
});
leaf('anything-but without case', [{ 'anything-but': { 'equals-ignore-case': ['a', 'b'] } }], {
  yes: ['c'],
  no: ['A', 'b'],
});

leaf('numeric equality', [{ numeric: ['=', 5] }], { yes: [5, 5.0, [1, 5]], no: ['5', 6, null, absent] });
leaf('numeric bound', [{ numeric: ['<', 10] }], { yes: [-1, 9.99], no: [10, '1'] });
leaf('numeric range', [{ numeric: ['>', 0, '<=', 5] }], { yes: [0.1, 5], no: [0, 5.1, -1, absent] });
leaf('numeric range with its lower bound', [{ numeric: ['>=', -2, '<', 2] }], { yes: [-2, 1.9], no: [2] });

leaf('exists', [{ exists: true }], {
  yes: ['', null, 0, false, ['x']],
  no: [absent, {}, { y: 1 }, [], [{}]],
});
leaf('does not exist', [{ exists: false }], { yes: [absent, {}, { y: 1 }, []], no: ['', null, 0, ['x']] });
leaf('absent or one value', [{ exists: false }, 'a'], { yes: [absent, 'a'], no: ['b', null] });

leaf('an IPv4 block', [{ cidr: '10.0.0.0/24' }], {
  yes: ['10.0.0.0', '10.0.0.255'],
  no: ['10.0.1.0', 'x', '::1', 10, absent],
});
leaf('one IPv4 address', [{ cidr: '10.0.0.7/32' }], { yes: ['10.0.0.7'], no: ['10.0.0.8'] });
leaf('an IPv6 block', [{ cidr: '2001:db8::/32' }], {
  yes: ['2001:db8::1', '2001:DB8:1::'],
  no: ['2001:db9::1', '10.0.0.0'],
});
