import type { Failure } from './errors.ts';

/** Rate limits, expired tokens and our own timeout: they do not show whether the system is up. */
const inconclusive = /_(429|425|RATE_LIMIT|NO_TIME)$|^C0003E$|^C0011E$|^S0040E$/;

/** What a failed call says about the OMS. */
export type Verdict = 'down' | 'up' | 'nothing';

/**
 * The breaker counts `down` verdicts in a row. Refused credentials and wrong addresses count, because every call would fail. A
 * permanent failure means that the OMS is up: it refused this one request.
 */
export function judgeOms({ failureClass, code }: Pick<Failure, 'failureClass' | 'code'>): Verdict {
  if (inconclusive.test(code)) return 'nothing';
  return failureClass === 'permanent' ? 'up' : 'down';
}
