import { ConnectorError } from '../../lambdas/core/base/errors.ts';

export type SystemName = 'commercetools' | 'Fluent';

/** Status of an answer that says nothing about the question: the system has a fault of its own, or too much to do. */
export function isOutage(status: number): boolean {
  return status >= 500 || status === 429 || status === 408 || status === 425;
}

/** An answer that is none. Every system would give it to every question. */
export function outage(system: SystemName, status: number): ConnectorError {
  const code = `${system.toUpperCase()}_${status}`;
  return new ConnectorError({ failureClass: 'retry', code }, `HTTP ${status}`);
}

const SILENT = /_NO_ANSWER$/;
const DOWN = /_(5\d\d|429|408|425|RATE_LIMIT|SERVER_FAULT)$|^C0011E$/;

/** Does the error say that the system is down, or even gives no answer at all? */
export function outageOf(error: unknown): 'silent' | 'down' | undefined {
  if (!(error instanceof ConnectorError)) return undefined;
  if (SILENT.test(error.code)) return 'silent';
  return DOWN.test(error.code) ? 'down' : undefined;
}

/** The code with which a question was refused. An outage refuses nothing: it stays an error. */
export function codeOf(error: unknown): string {
  if (error instanceof ConnectorError && outageOf(error) === undefined) return error.code;
  throw error;
}

/** Codes with which Fluent refuses a user without the permission. */
export function isDenied(code: string): boolean {
  return code === 'C0020E' || code === 'FLUENT_401' || code === 'FLUENT_403';
}
