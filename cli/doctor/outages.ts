import { ConnectorError } from '../../lambdas/core/base/errors.ts';

export type SystemName = 'commercetools' | 'Fluent';

/** The status means that the system is down or overloaded, not that the request is wrong. */
export function isOutage(status: number): boolean {
  return status >= 500 || status === 429 || status === 408 || status === 425;
}

/** The error for such a status. */
export function outage(system: SystemName, status: number): ConnectorError {
  const code = `${system.toUpperCase()}_${status}`;
  return new ConnectorError({ failureClass: 'retry', code }, `HTTP ${status}`);
}

const SILENT = /_NO_ANSWER$/;
const DOWN = /_(5\d\d|429|408|425|RATE_LIMIT|SERVER_FAULT)$|^C0011E$/;

/** `silent`: the system gives no answer at all. `down`: it answers that it cannot work. Undefined for other errors. */
export function outageOf(error: unknown): 'silent' | 'down' | undefined {
  if (!(error instanceof ConnectorError)) return undefined;
  if (SILENT.test(error.code)) return 'silent';
  return DOWN.test(error.code) ? 'down' : undefined;
}

/** The code of a refused request. Rethrows outages and other errors, because they are no answer. */
export function codeOf(error: unknown): string {
  if (error instanceof ConnectorError && outageOf(error) === undefined) return error.code;
  throw error;
}

/** Fluent's codes for a missing permission. */
export function isDenied(code: string): boolean {
  return code === 'C0020E' || code === 'FLUENT_401' || code === 'FLUENT_403';
}
