/**
 * What happens to an event after a failure.
 * - retry: nothing was written; try again after the backoff.
 * - ambiguous: a write may still take effect; the resource must not be written again before DELTA has passed.
 * - permanent: another try cannot help; dead-letter the event with the reason.
 * - configuration: credentials, permissions or addresses are wrong; retry and raise an alarm. No event is dead-lettered for it.
 */
export const failureClasses = ['retry', 'ambiguous', 'permanent', 'configuration'] as const;
export type FailureClass = (typeof failureClasses)[number];

export interface Failure {
  readonly failureClass: FailureClass;
  /** Machine-readable reason, for example C0141E or COMMERCETOOLS_503. Never a value of the payload. */
  readonly code: string;
  /** Name of the field that is wrong. Never a value. */
  readonly field?: string;
  /** Shortest wait in seconds that the other side requested. */
  readonly retryAfterSeconds?: number;
}

/** Base of every error that this code throws on purpose. The message contains no body, token or personal value. */
export class ConnectorError extends Error implements Failure {
  readonly failureClass: FailureClass;
  readonly code: string;
  readonly field?: string;
  readonly retryAfterSeconds?: number;

  constructor(failure: Failure, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'ConnectorError';
    this.failureClass = failure.failureClass;
    this.code = failure.code;
    if (failure.field !== undefined) this.field = failure.field;
    if (failure.retryAfterSeconds !== undefined) this.retryAfterSeconds = failure.retryAfterSeconds;
  }
}

/** A resource that cannot be mapped: it is dead-lettered with this code and not written. */
export class MappingError extends ConnectorError {
  constructor(code: string, field: string) {
    super({ failureClass: 'permanent', code, field }, `${code}: ${field}`);
    this.name = 'MappingError';
  }
}

/**
 * The one place where an error is judged. An exception that is not a ConnectorError is a bug in our code: permanent if the OMS
 * was not called in this try, otherwise ambiguous, because the call may have taken effect.
 */
export function toFailure(error: unknown, omsWasCalled = false): Failure {
  if (error instanceof ConnectorError) return error;
  return { failureClass: omsWasCalled ? 'ambiguous' : 'permanent', code: 'INTERNAL' };
}
