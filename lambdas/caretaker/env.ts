import * as z from 'zod/mini';
import { operationsEnv } from '../runtime/operations/env.ts';

/** By what is in front of them: URLs of the dead-letter queues that hold notifications. */
export const notificationDeadLetters = z.record(z.string(), z.string());

export const caretakerEnv = z.object({
  ...operationsEnv,
  TICK_QUEUE_URL: z.string(),
  /** JSON of `notificationDeadLetters`. */
  NOTIFICATION_DEAD_LETTERS: z.string(),
  /** Connection that may change the canary customer; empty = no canary. */
  CANARY_SECRET: z.string(),
});
export type CaretakerEnv = z.infer<typeof caretakerEnv>;
