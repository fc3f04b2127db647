import { expect, test } from 'vitest';
import { readCompositeRule } from '../src/monitoring/composite-rule.ts';
import { readMetricMath } from '../src/monitoring/metric-math.ts';

test.each([
  ['ALARM(a) AND NOT OK(b)', true],
  ['ALARM(a) AND (OK(a) OR INSUFFICIENT_DATA("arn:aws:cloudwatch:x:0:alarm:b"))', true],
  ['OK(a) OR ALARM(b)', false],
  ['NOT TRUE', false],
])('the composite rule %s is %s', (rule, expected) => {
  const states = new Map([
    ['a', 'ALARM'],
    ['b', 'INSUFFICIENT_DATA'],
  ] as const);
  expect(readCompositeRule(rule)((name) => states.get(name as 'a' | 'b'))).toBe(expected);
});

test.each([
  ['a + 2 * (b - 1)', 5],
  ['a / zero', undefined],
  ['a + none', undefined],
  ['FILL(none, 7) - a', 6],
])('the metric math %s gives %s', (expression, expected) => {
  const values = new Map([
    ['a', 1],
    ['b', 3],
    ['zero', 0],
  ]);
  expect(readMetricMath(expression)((id) => values.get(id))).toBe(expected);
});

test.each(['ANOMALY_DETECTION_BAND(a)', 'a +', '(a', 'a b', 'SUM(METRICS())'])(
  'the metric math %s is refused',
  (expression) => {
    expect(() => readMetricMath(expression)).toThrow(
      expect.objectContaining({ code: 'ValidationException' }),
    );
  },
);
