import * as z from 'zod/mini';

/** Environment of the control function: written by lib, read once at cold start. */
export const controlEnv = z.object({
  STAGE: z.string(),
  PROJECT_KEY: z.string(),
  TABLE_NAME: z.string(),
  /** JSON of `core/connected-handler.ts`, `connectedHandlers`. */
  HANDLERS: z.string(),
  /** JSON of `core/connected-handler.ts`, `connectedQueues`: those beside the handlers' own; `withHandlerQueues` adds them. */
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
