import * as z from 'zod/mini';

/** Environment of the run feeder: set by lib, read once at cold start. */
export const runFeederEnv = z.object({
  PROJECT_KEY: z.string(),
  TABLE_NAME: z.string(),
  /** JSON of `connectedHandlers` (core/runs/connected-handler.ts). */
  HANDLERS: z.string(),
  TICK_QUEUE_URL: z.string(),
  COMMERCETOOLS_SECRET: z.string(),
  DELIVERY_SETTINGS: z.string(),
  RUN_SETTINGS: z.string(),
});
export type RunFeederEnv = z.infer<typeof runFeederEnv>;
