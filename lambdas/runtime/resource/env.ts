import * as z from 'zod/mini';

/** Environment of every resource handler: set by lib, read once at cold start. */
export const resourceHandlerEnv = z.object({
  /** Id of the handler in the route table; part of its keys in the state table. */
  HANDLER_ID: z.string(),
  /** commercetools project key; part of every key in the state table. */
  PROJECT_KEY: z.string(),
  TABLE_NAME: z.string(),
  /** The handler's FIFO queue, to change the visibility of messages. */
  QUEUE_URL: z.string(),
  /** Dead-letter queue of the handler queue, for copies of failed events. */
  DLQ_URL: z.string(),
  /** Name or ARN of the secret with the commercetools connection. */
  COMMERCETOOLS_SECRET: z.string(),
  /** Name or ARN of the secret with the Fluent connection. */
  FLUENT_SECRET: z.string(),
  /** JSON of `core/delivery/delivery-settings.ts`. */
  DELIVERY_SETTINGS: z.string(),
  /** JSON of `core/base/care-settings.ts`: when the breaker opens. */
  CARE_SETTINGS: z.string(),
  /** JSON of the handler's own `settings.ts`. */
  HANDLER_SETTINGS: z.string(),
});
export type ResourceHandlerEnv = z.infer<typeof resourceHandlerEnv>;
