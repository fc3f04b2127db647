import { describe, expect, test } from 'vitest';
import type { StateRow } from '../../../lambdas/core/delivery/ports/state-store.ts';
import { afterCanaryCheck, isLate, isTouchDue } from '../../../lambdas/core/operations/canary-state.ts';

const care = { canaryMinutes: 15 };
const minute = 60_000;
const row = (version: number, at: number): StateRow => ({ version, status: 'live', at });
const touched = { touchedAt: 10_000, version: 7 };

describe('the canary', () => {
  test('is touched first at once, then one period after each touch that arrived', () => {
    expect(isTouchDue({}, 0, care)).toBe(true);
    const arrived = { ...touched, seenAt: 12_000 };
    expect(isTouchDue(arrived, 10 * minute, care)).toBe(false);
    expect(isTouchDue(arrived, 16 * minute, care)).toBe(true);
  });

  test('is not touched again while a touch is awaited, because that would hide how late it is', () => {
    expect(isTouchDue(touched, 1_000 * minute, care)).toBe(false);
  });

  test('has arrived when the sync record has its version, with the latency of that record', () => {
    expect(afterCanaryCheck(touched, [row(7, 12)])).toEqual({ ...touched, seenAt: 12_000, latencyMs: 2_000 });
    expect(afterCanaryCheck(touched, [row(9, 13)])).toMatchObject({ latencyMs: 3_000 });
  });

  test.each([
    ['has no sync record', [undefined]],
    ['has an older version', [row(6, 12)]],
    ['has arrived at one handler only', [row(7, 12), row(6, 12)]],
  ])('is awaited while it %s', (_, rows) => {
    expect(afterCanaryCheck(touched, rows)).toBe(touched);
  });

  test('never has a negative latency, although a sync record stores whole seconds', () => {
    expect(afterCanaryCheck({ touchedAt: 10_900, version: 7 }, [row(7, 10)])).toMatchObject({ latencyMs: 0 });
  });

  test('is late from two periods after the touch until it arrives', () => {
    expect(isLate(touched, 15 * minute, care)).toBe(false);
    expect(isLate(touched, 31 * minute, care)).toBe(true);
    expect(isLate({ ...touched, seenAt: 12_000 }, 31 * minute, care)).toBe(false);
    expect(isLate({}, 31 * minute, care)).toBe(false);
  });
});
