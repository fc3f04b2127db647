import type { ControlError } from '../core/operations/control-error.ts';
import { type OperationName, operations } from './api/control-api.ts';
import type { ControlPorts } from './ports.ts';

export interface Action {
  /** Absent if the request named none that exists. */
  readonly operation: OperationName | undefined;
  readonly caller: string;
  /** Absent if it could not be parsed. */
  readonly input?: object;
  readonly refusal?: ControlError;
  readonly startedAt: number;
}

/** Logs caller, operation and result. Of the input only the audited fields get into the log. */
export function writeAuditLine({ log, clock }: Pick<ControlPorts, 'log' | 'clock'>, action: Action): void {
  const { operation, caller, input = {}, refusal, startedAt } = action;
  const { effect, showsPersonalData, audited = [] } = operation ? operations[operation] : unknownOperation;
  log.action({
    operation: operation ?? 'unknown',
    caller,
    about: Object.fromEntries(audited.flatMap((field) => auditedValue(field, input))),
    isRead: effect === 'read' && !showsPersonalData,
    outcome: refusal?.kind ?? 'done',
    ...(refusal && { code: refusal.code }),
    durationMs: clock() - startedAt,
  });
}

const unknownOperation = { effect: 'change', showsPersonalData: undefined, audited: [] } as const;

/** `subject.id` is written as `id`. Booleans are written as text. */
function auditedValue(field: string, input: object): [string, string | readonly string[]][] {
  const path = field.split('.');
  const value = path.reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), input);
  const name = path.at(-1) ?? field;
  if (Array.isArray(value)) return [[name, value.filter(isName)]];
  const text = typeof value === 'boolean' ? String(value) : value;
  return isName(text) ? [[name, text]] : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Keeps sentences and e-mail addresses out of the log, even if an operator types one in place of a name. */
function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.:/-]{1,200}$/.test(value);
}
