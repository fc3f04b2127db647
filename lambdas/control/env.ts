import * as z from 'zod/mini';
import { operationsEnv } from '../runtime/operations/env.ts';

/** `<bus>|<rule>` of the internal bus, and the rule of every minute. */
export const flowRules = z.tuple([z.string(), z.string()]);

export const controlEnv = z.object({
  ...operationsEnv,
  STAGE: z.string(),
  /** JSON of `core/connected-handler.ts`, `connectedQueues`: those beside the handlers' own; `withHandlerQueues` adds them. */
  QUEUES: z.string(),
  /** JSON of `flowRules`, beside the partner bus's own. */
  RULES: z.string(),
  COMMERCETOOLS_SECRET: z.string(),
});
export type ControlEnv = z.infer<typeof controlEnv>;
