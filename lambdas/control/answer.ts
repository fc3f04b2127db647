import type * as z from 'zod/mini';
import {
  ControlError,
  isDeclared,
  toControlError,
  type Violation,
} from '../core/operations/control-error.ts';
import { auditedNames } from './audited-names.ts';
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
import { type ControlAnswer, controlRequest, type OperationName, operations } from './operations.ts';
import type { Asked, ControlPorts, OperationsOf } from './ports.ts';

const work: OperationsOf<OperationName> = {
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

/** They change nothing and show nothing personal, and are asked again and again while somebody watches. */
const looks: ReadonlySet<string> = new Set<OperationName>([
  'status',
  'run.plan',
  'run.list',
  'run.show',
  'run.report',
  'run.entries',
  'record.list',
  'record.receipt',
  'failure.groups',
  'failure.items',
  'queue.list',
  'schedule.list',
  'subscription.show',
  'subscription.health',
  'doctor',
]);

/**
 * Answers one request of an operator: parsed, done, parsed again, and told to the audit log. Never throws; whatever went
 * wrong is in the answer.
 */
export async function answer(ports: ControlPorts, request: unknown): Promise<ControlAnswer> {
  const startedAt = ports.clock();
  const read = controlRequest.safeParse(request);
  if (!read.success) {
    const refusal = invalidValues('There is no such request.', read.error);
    audit(ports, { operation: 'unknown', caller: 'unknown', about: {}, refusal, startedAt });
    return refused(refusal);
  }
  const { operation, caller, input } = read.data;
  const parsed = operations[operation].input.safeParse(input);
  const about = parsed.success ? auditedNames(parsed.data) : {};
  try {
    if (!parsed.success) throw invalidValues(`The input of ${operation} is wrong.`, parsed.error);
    const output = await run(operation, ports, parsed.data, { caller });
    audit(ports, { operation, caller, about, startedAt });
    return { ok: true, output };
  } catch (error) {
    if (!isDeclared(error)) reportBug(ports, operation, error);
    const refusal = toControlError(error);
    audit(ports, { operation, caller, about, refusal, startedAt });
    return refused(refusal);
  }
}

/** The names of the table and the schemas belong together; the compiler sees them one by one only. */
async function run(
  operation: OperationName,
  ports: ControlPorts,
  input: unknown,
  asked: Asked,
): Promise<unknown> {
  const output = await work[operation](ports, input as never, asked);
  return operations[operation].output.parse(output);
}

function invalidValues(what: string, error: z.core.$ZodError): ControlError {
  const violations = error.issues.map(
    ({ path, message }): Violation => ({ path: path.map(String).join('.') || '$', message }),
  );
  const paths = violations.map(({ path }) => path).join(', ');
  return new ControlError('invalid', 'INVALID_INPUT', `${what} Mend ${paths}.`, { violations });
}

function refused({ kind, code, message, violations }: ControlError): ControlAnswer {
  return { ok: false, error: { kind, code, message, ...(violations && { violations: [...violations] }) } };
}

function audit(
  { log, clock }: ControlPorts,
  action: {
    operation: string;
    caller: string;
    about: Readonly<Record<string, string | readonly string[]>>;
    refusal?: ControlError;
    startedAt: number;
  },
): void {
  const { operation, caller, about, refusal, startedAt } = action;
  log.action({
    ...{ operation, caller, about },
    isLook: looks.has(operation),
    outcome: refusal?.kind ?? 'done',
    ...(refusal && { code: refusal.code }),
    durationMs: clock() - startedAt,
  });
}

/** The name and the place only: a message may echo what came in. */
function reportBug({ log }: ControlPorts, operation: string, error: unknown): void {
  const errorName = error instanceof Error ? error.name : typeof error;
  log.error({ code: 'INTERNAL', errorName, place: `control ${operation}` });
}
