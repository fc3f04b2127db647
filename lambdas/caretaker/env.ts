import * as z from 'zod/mini';
import { operationsEnv } from '../runtime/operations/env.ts';

/** Name of the queue or rule in front -> URL of its dead-letter queue, for those that hold notifications. */
export const notificationDeadLetters = z.record(z.string(), z.string());

export const caretakerEnv = z.object({
  ...operationsEnv,
  TICK_QUEUE_URL: z.string(),
  /** JSON of `notificationDeadLetters`. */
  NOTIFICATION_DEAD_LETTERS: z.string(),
  /** Secret of the connection that may change the canary customer; empty = no canary. */
  CANARY_SECRET: z.string(),
});
export type CaretakerEnv = z.infer<typeof caretakerEnv>;
