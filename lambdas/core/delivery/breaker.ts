import type { CareSettings } from '../base/care-settings.ts';
import type { HandlerSwitches } from '../base/live-settings.ts';

export type Breaker = NonNullable<HandlerSwitches['breaker']>;

/** Probes that must succeed in a row before the breaker becomes half-open. */
const SUCCESSES = 2;
/** A half-open breaker closes after this many probe periods without an outage. */
const HALF_OPEN_PERIODS = 2;
/** The caretaker runs about once a minute, so a period counts as over a tenth of it early. */
const EARLY = 0.1;

/**
 * What the caretaker does with the breaker of a handler.
 * - probe: ask the handler whether the OMS is up.
 * - close: half-open for long enough; restore full concurrency.
 * The handler itself opens the breaker, also while it is half-open. A paused handler stays half-open, because it tries nothing.
 */
export function breakerStep(
  { breaker, paused }: Pick<HandlerSwitches, 'breaker' | 'paused'>,
  now: number,
  { probeSeconds }: Pick<CareSettings, 'probeSeconds'>,
): 'wait' | 'probe' | 'close' {
  if (breaker?.state === 'open') {
    const lastAt = breaker.lastProbeAt ?? breaker.since;
    return isOver(lastAt, probeSeconds, now) ? 'probe' : 'wait';
  }
  if (breaker?.state === 'half-open' && !paused) {
    return isOver(breaker.lastProbeAt ?? breaker.since, HALF_OPEN_PERIODS * probeSeconds, now)
      ? 'close'
      : 'wait';
  }
  return 'wait';
}

export function afterProbe(breaker: Breaker, isUp: boolean, now: number): Breaker {
  if (!isUp) return { ...breaker, successes: 0, lastProbeAt: now };
  const successes = breaker.successes + 1;
  if (successes < SUCCESSES) return { ...breaker, successes, lastProbeAt: now };
  return { ...breaker, state: 'half-open', successes, lastProbeAt: now };
}

/** The state that the event source mapping of the handler's queue should have. */
export function desiredConsuming({ paused, breaker }: Pick<HandlerSwitches, 'paused' | 'breaker'>): {
  consuming: boolean;
  leastConcurrency: boolean;
} {
  return {
    consuming: !paused && breaker?.state !== 'open',
    leastConcurrency: breaker?.state === 'half-open',
  };
}

/** Is the period that began at `since` over? */
export function isOver(since: number, seconds: number, now: number): boolean {
  return now - since >= seconds * 1_000 * (1 - EARLY);
}
