import { describe, expect, test } from 'vitest';
import { careSettings } from '../../../lambdas/core/base/care-settings.ts';
import { runSettings } from '../../../lambdas/core/runs/run-settings.ts';

type Rule = [name: string, fallback: number, least: number, most?: number];
type Reader = { safeParse(value: unknown): { success: boolean } };

function accepts(settings: Reader, name: string) {
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
  ['the settings of runs', runSettings, feeding, { sweepCap: 0.01 }],
  ['the settings of the caretaker', careSettings, care, {}],
])('%s', (_what, settings, rules, besides) => {
  test('have these defaults and no other keys', () => {
    const expected = Object.fromEntries(rules.map(([name, fallback]) => [name, fallback]));
    expect(settings.parse({})).toEqual({ ...expected, ...besides });
  });

  test.each(rules)('%s defaults to %i and accepts whole numbers from %i', (name, _fallback, least, most) => {
    const isAccepted = accepts(settings, name);
    expect([least, least - 1, least + 0.5, String(least)].map(isAccepted)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    if (most !== undefined) expect([isAccepted(most), isAccepted(most + 1)]).toEqual([true, false]);
  });
});

test('sweepCap accepts a share from 0 to 1', () => {
  const isAccepted = accepts(runSettings, 'sweepCap');
  expect([0, 0.5, 1].map(isAccepted)).toEqual([true, true, true]);
  expect([-0.01, 1.01, '0.5'].map(isAccepted)).toEqual([false, false, false]);
});

test('the canary has no default customer', () => {
  expect(careSettings.parse({})).not.toHaveProperty('canaryCustomerId');
  expect(careSettings.parse({ canaryCustomerId: 'a' })).toHaveProperty('canaryCustomerId', 'a');
});
