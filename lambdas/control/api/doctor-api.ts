import * as z from 'zod/mini';
import { nothing, text } from './api-shapes.ts';
import { read } from './operation-definition.ts';

const doctorCheck = z.object({
  check: text,
  status: z.enum(['ok', 'problem', 'unknown']),
  detail: text,
  fix: z.optional(text),
});
export type DoctorCheck = z.infer<typeof doctorCheck>;

export const doctorApi = {
  /** The checks that need the permissions of the deployed functions. */
  doctor: read({ input: nothing, output: z.object({ checks: z.array(doctorCheck) }) }),
};
