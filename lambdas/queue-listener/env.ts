import * as z from 'zod/mini';

/** Environment of the queue-listener: written by lib, read once at cold start. */
export const queueListenerEnv = z.object({
  /** commercetools project whose notifications are taken; others end as filtered. */
  PROJECT_KEY: z.string(),
  INTERNAL_BUS_NAME: z.string(),
  /** Dead-letter queue of the ingest queue: takes bad input, with its reason and without its content. */
  INGEST_DLQ_URL: z.string(),
});
export type QueueListenerEnv = z.infer<typeof queueListenerEnv>;
