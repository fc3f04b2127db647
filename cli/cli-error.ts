import type { ControlErrorKind } from '../lambdas/control/api/control-api.ts';
import { type Ending, exitCodes } from './exit-codes.ts';

export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** What keeps a command from being done: what is wrong, and what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly kind: ControlErrorKind;
  /** Machine-readable, for example RUN_BUSY. */
  readonly code: string;
  readonly violations: readonly Violation[];

  constructor(
    {
      kind,
      code,
      violations = [],
    }: { kind: ControlErrorKind; code: string; violations?: readonly Violation[] },
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.violations = violations;
  }

  get exitCode(): number {
    const ending: Ending = this.kind === 'internal' ? 'problem' : this.kind;
    return exitCodes[ending].code;
  }
}

/** The command line itself is wrong. */
export function usageError(message: string): CliError {
  return new CliError({ kind: 'invalid', code: 'USAGE' }, message);
}
