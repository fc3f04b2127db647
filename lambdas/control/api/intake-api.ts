import * as z from 'zod/mini';
import { nothing, text, time } from './api-shapes.ts';
import { change } from './operation-definition.ts';

export const intakeApi = {
  /** Stops real-time sync: disables the rule of the partner bus. */
  'intake.stop': change({ input: nothing, output: z.object({ stoppedSince: time }) }),
  /** Starts real-time sync again and catches up on the changes since the stop. */
  'intake.start': change({
    input: nothing,
    output: z.object({
      stoppedSince: z.optional(time),
      catchUpRunIds: z.array(text),
      replay: z.optional(text),
      /** What is not caught up yet, and what to do. */
      note: z.optional(text),
    }),
  }),
};
