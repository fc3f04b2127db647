import type * as z from 'zod/mini';
import { ControlError, isDeclared, toControlError } from '../core/operations/control-error.ts';
import { type ControlAnswer, controlRequest, type OperationName, operations } from './api/control-api.ts';
import { writeAuditLine } from './audit-line.ts';
import { doctorOperations } from './operations/doctor-operations.ts';
import { explainOperations } from './operations/explain-operations.ts';
import { failureOperations } from './operations/failure-operations.ts';
import { handlerOperations } from './operations/handler-operations.ts';
import { intakeOperations } from './operations/intake-operations.ts';
import { planOperations } from './operations/plan-operations.ts';
import { queueOperations } from './operations/queue-operations.ts';
import { recordOperations } from './operations/record-operations.ts';
import { runOperations } from './operations/run-operations.ts';
import { scheduleOperations } from './operations/schedule-operations.ts';
import { statusOperations } from './operations/status-operations.ts';
import { subscriptionOperations } from './operations/subscription-operations.ts';
import type { ControlPorts, OperationsOf } from './ports.ts';

const implementations: OperationsOf<typeof operations> = {
  ...statusOperations,
  ...explainOperations,
  ...planOperations,
  ...runOperations,
  ...failureOperations,
  ...queueOperations,
  ...handlerOperations,
  ...intakeOperations,
  ...recordOperations,
  ...subscriptionOperations,
  ...scheduleOperations,
  ...doctorOperations,
};

/** Answers one request of an operator and audits it. Never throws: a failure is an answer as well. */
export async function answer(ports: ControlPorts, request: unknown): Promise<ControlAnswer> {
  const startedAt = ports.clock();
  const read = controlRequest.safeParse(request);
  if (!read.success) {
    const refusal = invalidValues('The request is not valid.', read.error);
    writeAuditLine(ports, { operation: undefined, caller: 'unknown', refusal, startedAt });
    return refused(refusal);
  }
  const { operation, caller, input } = read.data;
  const parsed = operations[operation].input.safeParse(input);
  const action = { operation, caller, startedAt, ...(parsed.success && { input: parsed.data }) };
  try {
    if (!parsed.success) throw invalidValues(`The input of ${operation} is not valid.`, parsed.error);
    const output = await run(operation, parsed.data, { ports, caller });
    writeAuditLine(ports, action);
    return { ok: true, output };
  } catch (error) {
    if (!isDeclared(error)) reportBug(ports, operation, error);
    const refusal = toControlError(error);
    writeAuditLine(ports, { ...action, refusal });
    return refused(refusal);
  }
}

/** The compiler cannot see that the schema and the implementation of one name belong together. */
async function run(
  operation: OperationName,
  input: unknown,
  { ports, caller }: { readonly ports: ControlPorts; readonly caller: string },
): Promise<unknown> {
  const output = await implementations[operation](ports, input as never, caller);
  return operations[operation].output.parse(output);
}

function invalidValues(what: string, error: z.core.$ZodError): ControlError {
  const violations = error.issues.map(({ path, message }) => ({
    path: path.map(String).join('.') || '$',
    message,
  }));
  const paths = violations.map(({ path }) => path).join(', ');
  return new ControlError(
    { kind: 'invalid', code: 'INVALID_INPUT', violations },
    `${what} Correct ${paths}.`,
  );
}

function refused({ kind, code, message, violations }: ControlError): ControlAnswer {
  return { ok: false, error: { kind, code, message, ...(violations && { violations: [...violations] }) } };
}

/** Logs only the name and the place: the message may echo the input. */
function reportBug({ log }: ControlPorts, operation: string, error: unknown): void {
  const errorName = error instanceof Error ? error.name : typeof error;
  log.error({ code: 'INTERNAL', errorName, place: `control ${operation}` });
}
