import * as z from 'zod/mini';
import { besideEnv } from '../runtime/beside-env.ts';

export const controlEnv = z.object({
  ...besideEnv,
  STAGE: z.string(),
  /** JSON of `core/connected-handler.ts`, `connectedQueues`: those beside the handlers' own; `withHandlerQueues` adds them. */
  QUEUES: z.string(),
  COMMERCETOOLS_SECRET: z.string(),
});
export type ControlEnv = z.infer<typeof controlEnv>;
