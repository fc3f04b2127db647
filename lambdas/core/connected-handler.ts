import * as z from 'zod/mini';
import { runHook } from './handler-request.ts';

/** What a function beside the flow has to know of a handler: where it is and what it lists. Written by lib. */
export const connectedHandler = z.object({
  resourceType: z.string(),
  /** Its routes' typeIds: what a run puts into the messages' deduplication. */
  upsertTypeId: z.string(),
  queueUrl: z.string(),
  deadLettersUrl: z.string(),
  functionName: z.string(),
  /** Id of the mapping between its queue and its function. */
  mappingId: z.string(),
  maxConcurrency: z.int(),
  /** References that the handler's mapper reads: a listed body must hold them as a fetched one does. */
  expand: z.array(z.string()),
  /** Hooks that it asks for. */
  runHooks: z.array(runHook),
});
export type ConnectedHandler = z.infer<typeof connectedHandler>;

export const connectedHandlers = z.record(z.string(), connectedHandler);

/** A queue as the operator's desk knows it. */
export const connectedQueue = z.object({
  url: z.string(),
  deadLettersUrl: z.string(),
  deadLettersArn: z.string(),
});
export const connectedQueues = z.record(z.string(), connectedQueue);
export type ConnectedQueue = z.infer<typeof connectedQueue>;
