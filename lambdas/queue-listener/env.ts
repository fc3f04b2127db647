import * as z from 'zod/mini';

/** Environment of the queue-listener: set by lib, read once at cold start. */
export const queueListenerEnv = z.object({
  /** commercetools project of the stage; notifications of other projects are filtered. */
  PROJECT_KEY: z.string(),
  INTERNAL_BUS_NAME: z.string(),
  /** Dead-letter queue of the ingest queue, for bad input: its reason without its content. */
  INGEST_DLQ_URL: z.string(),
});
export type QueueListenerEnv = z.infer<typeof queueListenerEnv>;
