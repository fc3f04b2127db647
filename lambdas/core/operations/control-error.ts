import { ConnectorError, type FailureClass } from '../base/errors.ts';
import { type RunRefusalCode, RunRefused } from '../runs/run-refused.ts';

/** Why an operation was refused or failed. */
export const controlErrors = [
  /** `violations` names each wrong value. */
  'invalid',
  'not-found',
  /** It cannot be done in the present state, for example while a run is running or a handler is paused. */
  'conflict',
  /** commercetools, Fluent or AWS did not answer. */
  'unavailable',
  /** A credential or a permission was refused. */
  'forbidden',
  'internal',
] as const;
export type ControlErrorKind = (typeof controlErrors)[number];

/** Where a value is wrong, and how; never the value. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** The message tells an operator what is wrong and what to do, without personal data. */
export class ControlError extends Error {
  readonly kind: ControlErrorKind;
  /** Machine-readable, for example RUN_BUSY. */
  readonly code: string;
  readonly violations?: readonly Violation[];

  constructor(
    { kind, code, violations }: Pick<ControlError, 'kind' | 'code' | 'violations'>,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ControlError';
    this.kind = kind;
    this.code = code;
    if (violations) this.violations = violations;
  }
}

/** For a value that its schema cannot refuse: it is only wrong together with others, or at this moment. */
export function invalid(code: string, message: string, path: string): ControlError {
  return new ControlError({ kind: 'invalid', code, violations: [{ path, message }] }, message);
}

export function notFound(code: string, message: string): ControlError {
  return new ControlError({ kind: 'not-found', code }, message);
}

export function conflict(code: string, message: string): ControlError {
  return new ControlError({ kind: 'conflict', code }, message);
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

/** Is it an error that the code throws on purpose? Any other error is a bug. */
export function isDeclared(error: unknown): boolean {
  return error instanceof ControlError || error instanceof RunRefused || error instanceof ConnectorError;
}

/** The answer for the operator. The message of a bug may hold anything, so it is not passed on. */
export function toControlError(error: unknown): ControlError {
  if (error instanceof ControlError) return error;
  if (error instanceof RunRefused) {
    const { code, message } = error;
    return new ControlError({ kind: kindOfRefusedRun[code], code }, message, { cause: error });
  }
  if (!(error instanceof ConnectorError)) {
    const message =
      'The control function failed because of a bug. Find the error with this request id in its log (docs/runbook.md).';
    return new ControlError({ kind: 'internal', code: 'INTERNAL' }, message, { cause: error });
  }
  const { failureClass, code } = error;
  const message = `${error.message} ${fixOf(error)}`;
  return new ControlError({ kind: kindOf[failureClass], code }, message, { cause: error });
}

/** Which credential or permission to check, by the beginning of the code. */
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
  ['SECRET', 'Put the connection into that secret; docs/configuration.md shows the format.'],
];

function fixOf({ failureClass, code }: ConnectorError): string {
  if (failureClass === 'permanent')
    return 'Trying again does not help; find this code in the log of the function.';
  if (failureClass !== 'configuration') return 'Try again in a moment.';
  return (
    credentials.find(([prefix]) => code.startsWith(prefix))?.[1] ??
    'A permission of the stack is missing: deploy the stack again, and check whether a policy of the account denies it.'
  );
}
