import type { Failure } from '../base/errors.ts';
import type { DeliverySettings } from './delivery-settings.ts';

/** Longest visibility timeout that SQS takes, less a margin for the time already spent. */
const LONGEST_VISIBILITY = 43_000;

/**
 * Seconds until the next try: full jitter between a floor and a cap that doubles with every receive.
 * The floor is what the other side asked for, and DELTA after an ambiguous result, so that a late write
 * of the failed try has landed before the next one starts.
 *
 * @param receives ApproximateReceiveCount of the message, 1 at its first receive.
 * @param random   a number in [0, 1).
 */
export function backoffSeconds(
  failure: Failure,
  receives: number,
  settings: DeliverySettings,
  random: number,
): number {
  const floor = Math.max(
    settings.backoffFloorSeconds,
    failure.retryAfterSeconds ?? 0,
    failure.failureClass === 'ambiguous' ? settings.deltaSeconds : 0,
    // Only people mend it: asking every second would lock an account.
    failure.failureClass === 'configuration' ? settings.backoffBaseSeconds : 0,
  );
  const cap = Math.min(
    settings.backoffCapSeconds,
    settings.backoffBaseSeconds * 2 ** Math.min(receives - 1, 20),
  );
  const ceiling = Math.max(cap, 2 * floor);
  return Math.min(Math.ceil(floor + random * (ceiling - floor)), LONGEST_VISIBILITY);
}
