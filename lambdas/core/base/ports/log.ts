import type { Failure } from '../errors.ts';
import type { OutcomeRecord } from '../outcome.ts';

/** What may be logged: ids, versions, codes and durations. There is no way to log a payload, a token or a name. */
export interface Log {
  /** One line per end. */
  outcome(record: OutcomeRecord): void;
  /** Prepare mode keeps it until `process`: no end yet. */
  recorded(record: { resourceType: string; id: string; version: number; traceId: string }): void;
  /** A try that will be repeated. */
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
  /** A mapped value that was cut, left out or could not be cleared: field name and length only. */
  warning(record: { code: string; field: string; length?: number; id: string }): void;
  /** What an operator asked for, and how it ended. `about`: ids and names, never an e-mail or a key of a customer. */
  action(record: {
    operation: string;
    caller: string;
    about: Readonly<Record<string, string | readonly string[]>>;
    /** It only looked, and at nothing personal. */
    isLook: boolean;
    /** `done`, or the kind of the refusal. */
    outcome: string;
    code?: string;
    durationMs: number;
  }): void;
  /** A bug or a broken surrounding: class and place, never a message that may echo a value. */
  error(record: { code: string; errorName: string; place: string }): void;
}
