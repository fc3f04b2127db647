import * as z from 'zod/mini';

/** Name of what holds notifications as dead letters -> URL of these. */
export const notificationDeadLetters = z.record(z.string(), z.string());

/** Environment of the caretaker: written by lib, read once at cold start. */
export const caretakerEnv = z.object({
  PROJECT_KEY: z.string(),
  TABLE_NAME: z.string(),
  /** JSON of `core/connected-handler.ts`, `connectedHandlers`. */
  HANDLERS: z.string(),
  TICK_QUEUE_URL: z.string(),
  /** JSON of `notificationDeadLetters`. */
  NOTIFICATION_DEAD_LETTERS: z.string(),
  /** Bus and rule between commercetools and the ingest queue, and the archive beside them. */
  PARTNER_BUS_NAME: z.string(),
  PARTNER_BUS_ARN: z.string(),
  PARTNER_RULE_NAME: z.string(),
  PARTNER_RULE_ARN: z.string(),
  ARCHIVE_ARN: z.string(),
  /** Function that speaks to commercetools about the subscription. */
  SUBSCRIPTION_FUNCTION: z.string(),
  /** JSON of the custom resource's properties, without the service token. */
  SUBSCRIPTION: z.string(),
  /** Connection that may change the canary customer; empty = no canary. */
  CANARY_SECRET: z.string(),
  DELIVERY_SETTINGS: z.string(),
  RUN_SETTINGS: z.string(),
  CARE_SETTINGS: z.string(),
});
export type CaretakerEnv = z.infer<typeof caretakerEnv>;
