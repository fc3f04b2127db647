import * as z from 'zod/mini';
import { controlErrors } from '../../core/operations/control-error.ts';
import { text } from './api-shapes.ts';
import { doctorApi } from './doctor-api.ts';
import { explainApi } from './explain-api.ts';
import { failureApi } from './failure-api.ts';
import { handlerApi } from './handler-api.ts';
import { intakeApi } from './intake-api.ts';
import { planApi } from './plan-api.ts';
import { queueApi } from './queue-api.ts';
import { recordApi } from './record-api.ts';
import { runApi } from './run-api.ts';
import { scheduleApi } from './schedule-api.ts';
import { statusApi } from './status-api.ts';
import { subscriptionApi } from './subscription-api.ts';

/** Every operation of the control function and its clients. */
export const operations = {
  ...statusApi,
  ...explainApi,
  ...planApi,
  ...runApi,
  ...failureApi,
  ...queueApi,
  ...handlerApi,
  ...intakeApi,
  ...recordApi,
  ...subscriptionApi,
  ...scheduleApi,
  ...doctorApi,
};

export type OperationName = keyof typeof operations;
export type OperationInput<N extends OperationName> = z.input<(typeof operations)[N]['input']>;
export type OperationOutput<N extends OperationName> = z.output<(typeof operations)[N]['output']>;

/** What the function is invoked with. `caller`: for the audit line, from STS or the operating system. */
export const controlRequest = z.object({
  operation: z.enum(Object.keys(operations) as [OperationName, ...OperationName[]]),
  input: z._default(z.unknown(), {}),
  caller: z._default(z.string().check(z.regex(/^[\w+=,.@:/-]{1,256}$/)), 'unknown'),
});

export const controlAnswer = z.union([
  z.object({ ok: z.literal(true), output: z.unknown() }),
  z.object({
    ok: z.literal(false),
    error: z.object({
      kind: z.enum(controlErrors),
      /** Machine-readable, for example RUN_BUSY. */
      code: text,
      /** What is wrong and what to do, in one or two sentences. */
      message: text,
      violations: z.optional(z.array(z.object({ path: text, message: text }))),
    }),
  }),
]);
export type ControlAnswer = z.infer<typeof controlAnswer>;
export { type ControlErrorKind, controlErrors } from '../../core/operations/control-error.ts';
export type { DoctorCheck } from './doctor-api.ts';
export type { ShownRun } from './run-api.ts';
