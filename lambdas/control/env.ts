import * as z from 'zod/mini';

/** Environment of the control function: written by lib, read once at cold start. */
export const controlEnv = z.object({
  STAGE: z.string(),
  PROJECT_KEY: z.string(),
  TABLE_NAME: z.string(),
  /** JSON: handler id -> `core/connected-handler.ts`. */
  HANDLERS: z.string(),
  /** JSON: name of a queue -> its URL and its dead-letter queue's URL and ARN (`core/connected-handler.ts`). */
  QUEUES: z.string(),
  TICK_QUEUE_URL: z.string(),
  /** Bus and rule between commercetools and the ingest queue, and the archive beside them. */
  PARTNER_BUS_NAME: z.string(),
  PARTNER_RULE_NAME: z.string(),
  PARTNER_RULE_ARN: z.string(),
  PARTNER_BUS_ARN: z.string(),
  ARCHIVE_ARN: z.string(),
  /** Function that speaks to commercetools about the subscription. */
  SUBSCRIPTION_FUNCTION: z.string(),
  /** JSON of the custom resource's properties, without the service token. */
  SUBSCRIPTION: z.string(),
  COMMERCETOOLS_SECRET: z.string(),
  DELIVERY_SETTINGS: z.string(),
  RUN_SETTINGS: z.string(),
  CARE_SETTINGS: z.string(),
});
export type ControlEnv = z.infer<typeof controlEnv>;
