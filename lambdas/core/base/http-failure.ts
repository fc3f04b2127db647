import type { Failure } from './errors.ts';

/** Answers that ask for a pause without naming its length get this many seconds (the figure of Fluent's C0011E). */
export const RATE_LIMIT_SECONDS = 60;

/** An answer that is no success. `status` undefined: no answer came (timeout, reset, refused connection). */
export interface HttpAnswer {
  readonly system: 'COMMERCETOOLS' | 'FLUENT';
  readonly status: number | undefined;
  /** Value of the Retry-After header: seconds or an HTTP date. */
  readonly retryAfter?: string | undefined;
  /** Was the request a write? Then a lost answer leaves its effect open. */
  readonly isWrite: boolean;
  /** Milliseconds since the epoch, to read an HTTP date. */
  readonly now: number;
}

/** Judges an unsuccessful HTTP answer by its status alone. Redirects are never followed. */
export function classifyHttp(answer: HttpAnswer): Failure {
  const { system, status } = answer;
  const open = answer.isWrite ? 'ambiguous' : 'retry';
  if (status === undefined) return { failureClass: open, code: `${system}_NO_ANSWER` };
  const code = `${system}_${status}`;
  if (status === 429 || status === 425) {
    return { failureClass: 'retry', code, retryAfterSeconds: readRetryAfter(answer) ?? RATE_LIMIT_SECONDS };
  }
  if (status >= 500 || status === 408) {
    const wait = readRetryAfter(answer);
    return { failureClass: open, code, ...(wait !== undefined && { retryAfterSeconds: wait }) };
  }
  if (status === 401 || status === 403) return { failureClass: 'configuration', code };
  // A redirect means that the address is not the right one any more.
  if (status >= 300 && status < 400) return { failureClass: 'configuration', code };
  // A missing resource is an answer and never comes here: this is a wrong host or path.
  if (status === 404) return { failureClass: 'configuration', code };
  return { failureClass: 'permanent', code };
}

/** No token: credentials or the address are wrong, whatever the status. No event is to blame for it. */
export function withoutToken(failure: Failure): Failure {
  return failure.failureClass === 'permanent' ? { ...failure, failureClass: 'configuration' } : failure;
}

/** Longest wait that a header may ask for, in seconds: the longest backoff that SQS can keep is 12 h. */
const LONGEST_WAIT = 6 * 3_600;

/** Seconds that a Retry-After header asks for, bounded; undefined when it says nothing that can be read. */
export function readRetryAfter({
  retryAfter,
  now,
}: Pick<HttpAnswer, 'retryAfter' | 'now'>): number | undefined {
  if (retryAfter === undefined || retryAfter === '') return undefined;
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : Math.ceil((Date.parse(retryAfter) - now) / 1_000);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), LONGEST_WAIT) : undefined;
}
