import type { ControlErrorKind } from '../lambdas/control/api/control-api.ts';
import { exitCodes, type Outcome } from './exit-codes.ts';

export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** Why a command was not done: the message says what is wrong and what helps. */
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
    const outcome: Outcome = this.kind === 'internal' ? 'problem' : this.kind;
    return exitCodes[outcome].code;
  }
}

/** The command line itself is wrong. */
export function usageError(message: string): CliError {
  return new CliError({ kind: 'invalid', code: 'USAGE' }, message);
}
