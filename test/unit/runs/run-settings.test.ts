import { describe, expect, test } from 'vitest';
import { careSettings } from '../../../lambdas/core/base/care-settings.ts';
import { runSettings } from '../../../lambdas/core/runs/run-settings.ts';

type Rule = [name: string, fallback: number, least: number, most?: number];
type Reader = { safeParse(value: unknown): { success: boolean } };

function takes(settings: Reader, name: string) {
  return (value: unknown) => settings.safeParse({ [name]: value }).success;
}

const feeding: Rule[] = [
  ['topUpBelow', 500, 1],
  ['pageSize', 500, 1, 500],
  ['waitSeconds', 15, 1, 900],
  ['settleSeconds', 900, 0],
  ['overlapSeconds', 600, 0],
  ['recentSeconds', 60, 0],
  ['maxPages', 100_000, 1],
  ['hookSeconds', 3_600, 1],
  ['stuckSeconds', 300, 1],
];

const care: Rule[] = [
  ['reconcileMinutes', 15, 0],
  ['incrementalMinutes', 1_440, 0],
  ['comparisonMinutes', 1_440, 0],
  ['sweepMinutes', 10_080, 0],
  ['breakerAfter', 20, 1],
  ['switchSeconds', 10, 1],
  ['queueBacklog', 10_000, 1],
  ['probeSeconds', 120, 1],
  ['watchSeconds', 300, 1],
  ['canaryMinutes', 15, 1],
];

describe.each<[string, Reader & { parse(value: unknown): unknown }, Rule[], object]>([
  ['how runs feed', runSettings, feeding, { sweepCap: 0.01 }],
  ['how the connector looks after itself', careSettings, care, {}],
])('%s', (_what, settings, rules, besides) => {
  test('has these defaults, and no other setting exists', () => {
    const expected = Object.fromEntries(rules.map(([name, fallback]) => [name, fallback]));
    expect(settings.parse({})).toEqual({ ...expected, ...besides });
  });

  test.each(rules)('%s is %i unless set: a whole number, at least %i', (name, _fallback, least, most) => {
    const isTaken = takes(settings, name);
    expect([least, least - 1, least + 0.5, String(least)].map(isTaken)).toEqual([true, false, false, false]);
    if (most !== undefined) expect([isTaken(most), isTaken(most + 1)]).toEqual([true, false]);
  });
});

test('a sweep may delete a share between nothing and everything', () => {
  const isTaken = takes(runSettings, 'sweepCap');
  expect([0, 0.5, 1].map(isTaken)).toEqual([true, true, true]);
  expect([-0.01, 1.01, '0.5'].map(isTaken)).toEqual([false, false, false]);
});

test('there is no canary unless a customer is named', () => {
  expect(careSettings.parse({})).not.toHaveProperty('canaryCustomerId');
  expect(careSettings.parse({ canaryCustomerId: 'a' })).toHaveProperty('canaryCustomerId', 'a');
});
