import type { Failure } from '../errors.ts';
import type { OutcomeRecord } from '../outcome.ts';

/** What may be logged: ids, versions, codes and durations; never a payload, a token or a name. */
export interface Log {
  /** One line per outcome. */
  outcome(record: OutcomeRecord): void;
  /** Prepare mode recorded the change until `process`: no outcome yet. */
  recorded(record: { resourceType: string; id: string; version: number; traceId: string }): void;
  /** A failed try that will be repeated. */
  retry(
    record: {
      resourceType: string;
      id: string;
      version: number;
      traceId: string;
      receives: number;
      delaySeconds: number;
    } & Failure,
  ): void;
  /** A mapped value that was cut, left out or not cleared: field name and length only. */
  warning(record: { code: string; field: string; length?: number; id: string }): void;
  /** An operation of an operator and its result. `about`: ids and names, never an e-mail or a key of a customer. */
  action(record: {
    operation: string;
    caller: string;
    about: Readonly<Record<string, string | readonly string[]>>;
    /** The operation changed nothing and showed no personal data. */
    isRead: boolean;
    /** `done`, or the kind of the error. */
    outcome: string;
    code?: string;
    durationMs: number;
  }): void;
  /** A bug or a broken environment: class and place, never a message that may contain a value. */
  error(record: { code: string; errorName: string; place: string }): void;
}
