import type { Failure } from './errors.ts';

/** "Slow down" is an answer of a system that is up; a token that ran out, or our own time, says nothing about it. */
const aside = /_(429|425|RATE_LIMIT|NO_TIME)$|^C0003E$|^C0011E$|^S0040E$/;

/** What a failed call to the OMS says about the OMS. */
export type Verdict = 'down' | 'up' | 'nothing';

/**
 * Outage or not: the breaker counts those in a row. Credentials and addresses that are refused count, because every call
 * would be refused. A permanent refusal is an answer.
 */
export function judgeOms({ failureClass, code }: Pick<Failure, 'failureClass' | 'code'>): Verdict {
  if (aside.test(code)) return 'nothing';
  return failureClass === 'permanent' ? 'up' : 'down';
}
