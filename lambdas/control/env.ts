import * as z from 'zod/mini';
import { operationsEnv } from '../runtime/operations/env.ts';

/** `<bus>|<rule>` of the internal bus, and the rule that runs the caretaker every minute. */
export const flowRules = z.tuple([z.string(), z.string()]);

export const controlEnv = z.object({
  ...operationsEnv,
  STAGE: z.string(),
  /** JSON of `connectedQueues` (core/runs/connected-handler.ts): all queues except those of the handlers. */
  QUEUES: z.string(),
  /** JSON of `flowRules`. */
  RULES: z.string(),
  COMMERCETOOLS_SECRET: z.string(),
});
export type ControlEnv = z.infer<typeof controlEnv>;
