import * as z from 'zod/mini';

/** Environment of the router: set by lib, read once at cold start. */
export const routerEnv = z.object({
  /** JSON object: handler id -> URL of its FIFO queue. */
  HANDLER_QUEUE_URLS: z.string(),
  /** Dead-letter queue of the route queue. */
  ROUTE_DLQ_URL: z.string(),
});
export type RouterEnv = z.infer<typeof routerEnv>;
