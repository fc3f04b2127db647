import type { Failure } from '../base/errors.ts';
import type { DeliverySettings } from './delivery-settings.ts';

/** Longest visibility timeout of SQS (12 h), less a margin for the time already spent. Seconds. */
const LONGEST_VISIBILITY = 43_000;

export interface FailedTry {
  /** ApproximateReceiveCount of the message, 1 at its first receive. */
  readonly receives: number;
  /** A number in [0, 1). */
  readonly random: number;
}

/**
 * Seconds until the next try: full jitter between a floor and a cap that doubles with every receive. The floor is the
 * Retry-After of the other side, and DELTA after an ambiguous result, so that a late write of the failed try has taken effect
 * before the next try starts.
 */
export function backoffSeconds(
  failure: Failure,
  settings: DeliverySettings,
  { receives, random }: FailedTry,
): number {
  const floor = Math.max(
    settings.backoffFloorSeconds,
    failure.retryAfterSeconds ?? 0,
    failure.failureClass === 'ambiguous' ? settings.deltaSeconds : 0,
    // Only people can fix it, and a try every second could lock the account.
    failure.failureClass === 'configuration' ? settings.backoffBaseSeconds : 0,
  );
  const cap = Math.min(
    settings.backoffCapSeconds,
    settings.backoffBaseSeconds * 2 ** Math.min(receives - 1, 20),
  );
  const ceiling = Math.max(cap, 2 * floor);
  return Math.min(Math.ceil(floor + random * (ceiling - floor)), LONGEST_VISIBILITY);
}
