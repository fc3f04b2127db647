import { ConnectorError, type FailureClass } from '../base/errors.ts';
import { type RunRefusalCode, RunRefused } from '../runs/run-refused.ts';

/** Why an operation was refused. */
export const controlErrors = [
  /** A value is wrong; `violations` names each. */
  'invalid',
  'not-found',
  /** It cannot be done as things stand: a run is running, a handler is paused. */
  'conflict',
  /** commercetools, Fluent or AWS did not answer. */
  'unavailable',
  /** A credential or a permission is refused. */
  'forbidden',
  'internal',
] as const;
export type ControlErrorKind = (typeof controlErrors)[number];

/** Where a value is wrong, and how; never the value. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** What an operator is answered instead of an output. The message says what is wrong and what to do, without a personal value. */
export class ControlError extends Error {
  readonly kind: ControlErrorKind;
  /** Machine-readable, for example RUN_BUSY. */
  readonly code: string;
  readonly violations?: readonly Violation[];

  constructor(
    kind: ControlErrorKind,
    code: string,
    message: string,
    options: { cause?: unknown; violations?: readonly Violation[] } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ControlError';
    this.kind = kind;
    this.code = code;
    if (options.violations) this.violations = options.violations;
  }
}

/** One or more values that no schema could refuse, because they are wrong together or at this moment. */
export function invalid(code: string, message: string, path: string): ControlError {
  return new ControlError('invalid', code, message, { violations: [{ path, message }] });
}

export function notFound(code: string, message: string): ControlError {
  return new ControlError('not-found', code, message);
}

export function conflict(code: string, message: string): ControlError {
  return new ControlError('conflict', code, message);
}

const kindOf: Readonly<Record<FailureClass, ControlErrorKind>> = {
  retry: 'unavailable',
  ambiguous: 'unavailable',
  configuration: 'forbidden',
  permanent: 'internal',
};

const kindOfRefusedRun: Readonly<Record<RunRefusalCode, ControlErrorKind>> = {
  RUN_BUSY: 'conflict',
  HANDLER_PAUSED: 'conflict',
  HANDLER_UNKNOWN: 'not-found',
  GROUP_UNKNOWN: 'not-found',
  WINDOW_IN_FUTURE: 'invalid',
  WINDOW_EMPTY: 'invalid',
  OPTION_UNFIT: 'invalid',
};

/** Did somebody throw it on purpose? What is not, is a fault of ours. */
export function isDeclared(error: unknown): boolean {
  return error instanceof ControlError || error instanceof RunRefused || error instanceof ConnectorError;
}

/**
 * The one place where a failure becomes an answer to an operator. An exception that nobody declared is a fault of ours: its
 * message may hold anything, so nothing of it is told.
 */
export function toControlError(error: unknown): ControlError {
  if (error instanceof ControlError) return error;
  if (error instanceof RunRefused) {
    const { code, message } = error;
    return new ControlError(kindOfRefusedRun[code], code, message, { cause: error });
  }
  if (!(error instanceof ConnectorError)) {
    const message =
      'The control function failed. Look for the line "error" with this request id in its log (docs/runbook.md).';
    return new ControlError('internal', 'INTERNAL', message, { cause: error });
  }
  const message = `${error.message} ${fixOf(error)}`;
  return new ControlError(kindOf[error.failureClass], error.code, message, { cause: error });
}

/** By the beginning of the code: which credential or permission it is about. */
const credentials: readonly (readonly [prefix: string, fix: string])[] = [
  [
    'SUBSCRIPTION_COMMERCETOOLS',
    'Check the API client in the secret "commercetools.subscriptionSecret" of the stage: it needs manage_subscriptions.',
  ],
  [
    'COMMERCETOOLS',
    'Check the API client in the secret "commercetools.secret" of the stage: it needs view_customers.',
  ],
  [
    'FLUENT',
    'Check the user and the OAuth client in the secret "fluent.secret" of the stage, and the permissions of the user.',
  ],
  ['SECRET', 'Put the connection into that secret as docs/configuration.md shows.'],
];

function fixOf({ failureClass, code }: ConnectorError): string {
  if (failureClass === 'permanent')
    return 'Trying again cannot help; see the log of the function with this code.';
  if (failureClass !== 'configuration') return 'Try again in a moment.';
  return (
    credentials.find(([prefix]) => code.startsWith(prefix))?.[1] ??
    'A permission of the stack is missing: deploy the stack again, and look whether something in the account denies it.'
  );
}
