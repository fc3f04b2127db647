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
  test('is probed one period after it opened, and one period after the last probe', () => {
    expect(breakerStep({ breaker: open() }, minute, care)).toBe('wait');
    expect(breakerStep({ breaker: open() }, 2 * minute, care)).toBe('probe');
    const probed = { breaker: open({ lastProbeAt: 2 * minute }) };
    expect(breakerStep(probed, 3 * minute, care)).toBe('wait');
    expect(breakerStep(probed, 4 * minute, care)).toBe('probe');
  });

  test('is probed on time although the caretaker runs a second early', () => {
    expect(breakerStep({ breaker: open() }, 2 * minute - 1_000, care)).toBe('probe');
  });

  test('becomes half-open after two successful probes in a row', () => {
    const once = afterProbe(open(), true, 2 * minute);
    expect(once).toMatchObject({ state: 'open', successes: 1, lastProbeAt: 2 * minute });
    expect(afterProbe(once, true, 4 * minute)).toEqual(
      open({ state: 'half-open', successes: 2, lastProbeAt: 4 * minute }),
    );
  });

  test('counts successful probes anew after a failed one', () => {
    const after = [true, false, true].reduce((breaker, isUp) => afterProbe(breaker, isUp, minute), open());
    expect(after).toMatchObject({ state: 'open', successes: 1 });
  });

  test('closes after two half-open probe periods', () => {
    const breaker = open({ state: 'half-open', lastProbeAt: minute });
    expect(breakerStep({ breaker }, 4 * minute, care)).toBe('wait');
    expect(breakerStep({ breaker }, 5 * minute, care)).toBe('close');
  });

  test('stays half-open while the handler is paused, and is still probed when open', () => {
    const breaker = open({ state: 'half-open' });
    expect(breakerStep({ breaker, paused }, 1_000 * minute, care)).toBe('wait');
    expect(breakerStep({ breaker: open(), paused }, 2 * minute, care)).toBe('probe');
  });

  test('needs nothing while it is closed', () => {
    expect(breakerStep({}, minute, care)).toBe('wait');
  });
});

describe('a handler consumes its queue', () => {
  test.each([
    ['by default, all it may', {}, { consuming: true, leastConcurrency: false }],
    ['not while it is paused', { paused }, { consuming: false, leastConcurrency: false }],
    ['not while its breaker is open', { breaker: open() }, { consuming: false, leastConcurrency: false }],
    [
      'at least concurrency while its breaker is half-open',
      { breaker: open({ state: 'half-open' }) },
      { consuming: true, leastConcurrency: true },
    ],
    [
      'not while it is paused, whatever its breaker says',
      { paused, breaker: open({ state: 'half-open' }) },
      { consuming: false },
    ],
  ] as const)('%s', (_, switches, wanted) => {
    expect(desiredConsuming(switches)).toMatchObject(wanted);
  });
});
