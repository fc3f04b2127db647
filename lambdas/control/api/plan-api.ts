import * as z from 'zod/mini';
import { runMode } from '../../core/runs/run.ts';
import { count, text } from './api-shapes.ts';
import { read } from './operation-definition.ts';
import { runRequest } from './run-api.ts';

export const planApi = {
  'run.plan': read({
    input: runRequest,
    output: z.object({
      mode: runMode,
      reason: z.optional(text),
      customers: count,
      pages: count,
      commercetoolsQueries: count,
      fluentCalls: z.object({ least: count, most: count }),
      sqsRequests: count,
      dynamoDbUnits: z.object({ read: count, write: count }),
      lambdaInvocations: count,
      dollars: z.object({ least: z.number(), most: z.number() }),
      seconds: z.object({ least: count, most: count }),
      /** Customers per second. The rate of the `busiest-minute` in the last hour is a lower bound. */
      rate: z.object({
        perSecond: z.number(),
        /** Upper bound, if `perSecond` is a lower bound. */
        fastest: z.optional(z.number()),
        source: z.enum(['run', 'busiest-minute', 'assumed']),
        runId: z.optional(text),
      }),
      /** What prevents the run from starting now. */
      obstacles: z.array(text),
      /** What the operator should know before the start, for example that the handler is in Prepare mode. */
      note: z.optional(text),
    }),
    audited: ['handler', 'mode'],
  }),
};
