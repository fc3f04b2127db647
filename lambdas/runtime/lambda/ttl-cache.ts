import type { Clock } from '../../core/base/ports/clock.ts';

/** A rotated secret is used after this time at the latest. */
export const SECRET_LIFE_MS = 5 * 60_000;

/** Fetches once for all callers; again after `lifeMs`, or after a failed fetch. */
export function ttlCache<T>(
  lifeMs: number,
  clock: Clock,
  fetchIt: (signal: AbortSignal) => Promise<T>,
): (signal: AbortSignal) => Promise<T> {
  let kept: { value: Promise<T>; until: number } | undefined;
  return (signal) => {
    if (kept && clock() < kept.until) return kept.value;
    const fresh = { value: fetchIt(signal), until: clock() + lifeMs };
    fresh.value.catch(() => {
      if (kept === fresh) kept = undefined;
    });
    kept = fresh;
    return fresh.value;
  };
}
