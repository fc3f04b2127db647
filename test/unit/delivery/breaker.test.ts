import { describe, expect, test } from 'vitest';
import {
  afterProbe,
  type Breaker,
  breakerStep,
  desiredConsuming,
} from '../../../lambdas/core/delivery/breaker.ts';

const care = { probeSeconds: 120 };
const minute = 60_000;
const open = (over: Partial<Breaker> = {}): Breaker => ({
  state: 'open',
  since: 0,
  code: 'FLUENT_503',
  successes: 0,
  ...over,
});
const paused = { since: 0, by: 'mia' };

describe('the breaker of a handler', () => {
  test('is probed a probe period after it opened, and a period after the last probe', () => {
    expect(breakerStep({ breaker: open() }, minute, care)).toBe('wait');
    expect(breakerStep({ breaker: open() }, 2 * minute, care)).toBe('probe');
    const probed = { breaker: open({ lastProbeAt: 2 * minute }) };
    expect(breakerStep(probed, 3 * minute, care)).toBe('wait');
    expect(breakerStep(probed, 4 * minute, care)).toBe('probe');
  });

  test('a caretaker that comes a second early does not lose a whole minute', () => {
    expect(breakerStep({ breaker: open() }, 2 * minute - 1_000, care)).toBe('probe');
  });

  test('is half-open after two probes in a row that succeeded', () => {
    const once = afterProbe(open(), true, 2 * minute);
    expect(once).toMatchObject({ state: 'open', successes: 1, lastProbeAt: 2 * minute });
    expect(afterProbe(once, true, 4 * minute)).toEqual(
      open({ state: 'half-open', successes: 2, lastProbeAt: 4 * minute }),
    );
  });

  test('a probe that fails in between starts the count again', () => {
    const after = [true, false, true].reduce((breaker, isUp) => afterProbe(breaker, isUp, minute), open());
    expect(after).toMatchObject({ state: 'open', successes: 1 });
  });

  test('is closed when it was half-open for two probe periods', () => {
    const breaker = open({ state: 'half-open', lastProbeAt: minute });
    expect(breakerStep({ breaker }, 4 * minute, care)).toBe('wait');
    expect(breakerStep({ breaker }, 5 * minute, care)).toBe('close');
  });

  test('while the handler is paused nothing is tried, so half-open stays; open is still probed', () => {
    const breaker = open({ state: 'half-open' });
    expect(breakerStep({ breaker, paused }, 1_000 * minute, care)).toBe('wait');
    expect(breakerStep({ breaker: open(), paused }, 2 * minute, care)).toBe('probe');
  });

  test('without one there is nothing to do', () => {
    expect(breakerStep({}, minute, care)).toBe('wait');
  });
});

describe('a handler takes from its queue', () => {
  test.each([
    ['by default, all it may', {}, { taking: true, leastConcurrency: false }],
    ['not while it is paused', { paused }, { taking: false, leastConcurrency: false }],
    ['not while its breaker is open', { breaker: open() }, { taking: false, leastConcurrency: false }],
    [
      'at least concurrency while its breaker is half-open',
      { breaker: open({ state: 'half-open' }) },
      { taking: true, leastConcurrency: true },
    ],
    [
      'not while it is paused, whatever its breaker says',
      { paused, breaker: open({ state: 'half-open' }) },
      { taking: false },
    ],
  ] as const)('%s', (_, switches, wanted) => {
    expect(desiredConsuming(switches)).toMatchObject(wanted);
  });
});
