import type { CareSettings } from '../base/care-settings.ts';
import type { HandlerSwitches } from '../base/live-settings.ts';

export type Breaker = NonNullable<HandlerSwitches['breaker']>;

/** Probes that must succeed in a row before the handler may try. */
const SUCCESSES = 2;
/** A half-open breaker that was left alone for this many probe periods is closed. */
const HALF_OPEN_PERIODS = 2;
/** The caretaker comes once a minute, give or take: a period counts as over a tenth before its end. */
const EARLY = 0.1;

/**
 * What the caretaker does about a handler's breaker at this moment.
 * - probe: ask the handler whether the OMS is there.
 * - close: it worked long enough; full concurrency.
 * A handler writes `open` itself, also while it is half-open. A pause stops the half-open time, because nothing is tried then.
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
    // The probe that made it half-open was the last one.
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

/** How the mapping of the handler's queue has to be. */
export function desiredConsuming({ paused, breaker }: Pick<HandlerSwitches, 'paused' | 'breaker'>): {
  taking: boolean;
  leastConcurrency: boolean;
} {
  return {
    taking: !paused && breaker?.state !== 'open',
    leastConcurrency: breaker?.state === 'half-open',
  };
}

/** Is a period over that began at `since`? */
export function isOver(since: number, seconds: number, now: number): boolean {
  return now - since >= seconds * 1_000 * (1 - EARLY);
}
