import type { Failure } from './errors.ts';

/** Wait after a rate limit without Retry-After: the 60 s of Fluent's C0011E. */
export const RATE_LIMIT_SECONDS = 60;

/** An unsuccessful response. `status` undefined: there was none (timeout, reset, refused connection). */
export interface HttpAnswer {
  readonly system: 'COMMERCETOOLS' | 'FLUENT';
  readonly status: number | undefined;
  /** Value of the Retry-After header: seconds or an HTTP date. */
  readonly retryAfter?: string | undefined;
  /** A write may take effect although its response is lost. */
  readonly isWrite: boolean;
  /** Milliseconds since the epoch, to read an HTTP date. */
  readonly now: number;
}

/** Classifies an unsuccessful HTTP response by its status alone. Redirects are never followed. */
export function classifyHttp(answer: HttpAnswer): Failure {
  const { system, status } = answer;
  const unclear = answer.isWrite ? 'ambiguous' : 'retry';
  if (status === undefined) return { failureClass: unclear, code: `${system}_NO_ANSWER` };
  const code = `${system}_${status}`;
  if (status === 429 || status === 425) {
    return { failureClass: 'retry', code, retryAfterSeconds: readRetryAfter(answer) ?? RATE_LIMIT_SECONDS };
  }
  if (status >= 500 || status === 408) {
    const wait = readRetryAfter(answer);
    return { failureClass: unclear, code, ...(wait !== undefined && { retryAfterSeconds: wait }) };
  }
  if (status === 401 || status === 403) return { failureClass: 'configuration', code };
  // A redirect means that the configured address is wrong.
  if (status >= 300 && status < 400) return { failureClass: 'configuration', code };
  // A missing resource is handled as a result before this; here a 404 means a wrong host or path.
  if (status === 404) return { failureClass: 'configuration', code };
  return { failureClass: 'permanent', code };
}

/** The failure of a token request: credentials or the address are wrong, so it must not dead-letter an event. */
export function withoutToken(failure: Failure): Failure {
  return failure.failureClass === 'permanent' ? { ...failure, failureClass: 'configuration' } : failure;
}

/** Longest wait that a header may request, in seconds. SQS allows 12 h of visibility timeout. */
const LONGEST_WAIT = 6 * 3_600;

/** Seconds of a Retry-After header, bounded; `undefined` if it is missing or unreadable. */
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
