import * as z from 'zod/mini';
import { runHook } from './handler-request.ts';

/** What a function beside the flow has to know of a handler: where it is and what it lists. */
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
const fields = connectedHandler.shape;

/** A queue as the operator's queueAdmin knows it. */
export const connectedQueue = z.object({
  url: z.string(),
  deadLettersUrl: z.string(),
  deadLettersArn: z.string(),
});
export type ConnectedQueue = z.infer<typeof connectedQueue>;

/**
 * As lib writes them. The environment of a function holds 4,096 bytes in all, so nothing but the ids is named, and the beginning of
 * every URL stands there once.
 */
export const packedHandlers = z.object({
  /** What the URLs of all queues begin with. */
  url: z.string(),
  /** Handler id -> its properties in the order of `connectedHandler`; queues by their names. */
  handlers: z.record(
    z.string(),
    z.tuple([
      fields.resourceType,
      fields.upsertTypeId,
      z.string(),
      z.string(),
      fields.functionName,
      fields.mappingId,
      fields.maxConcurrency,
      fields.expand,
      fields.runHooks,
    ]),
  ),
});
export type PackedHandlers = z.infer<typeof packedHandlers>;

/** Variable HANDLERS: handler id -> handler. */
export const connectedHandlers = z.pipe(
  packedHandlers,
  z.transform(
    ({ url, handlers }): Record<string, ConnectedHandler> =>
      mapped(handlers, ([resourceType, upsertTypeId, queue, deadLetters, ...rest]) => {
        const [functionName, mappingId, maxConcurrency, expand, runHooks] = rest;
        return {
          ...{ resourceType, upsertTypeId, queueUrl: url + queue, deadLettersUrl: url + deadLetters },
          ...{ functionName, mappingId, maxConcurrency, expand, runHooks },
        };
      }),
  ),
);

export const packedQueues = z.object({
  url: z.string(),
  /** What the ARNs of all queues begin with. */
  arn: z.string(),
  /** Name of the operators -> name of the queue, of its dead-letter queue. */
  queues: z.record(z.string(), z.tuple([z.string(), z.string()])),
});
export type PackedQueues = z.infer<typeof packedQueues>;

/** Variable QUEUES: the queues beside those of the handlers. */
export const connectedQueues = z.pipe(
  packedQueues,
  z.transform(
    ({ url, arn, queues }): Record<string, ConnectedQueue> =>
      mapped(queues, ([queue, deadLetters]) => ({
        url: url + queue,
        deadLettersUrl: url + deadLetters,
        deadLettersArn: arn + deadLetters,
      })),
  ),
);

/** Every queue of the operator's queueAdmin: those of the variable, and `handler/<id>` of each handler. */
export function withHandlerQueues(
  queues: Readonly<Record<string, ConnectedQueue>>,
  handlers: Readonly<Record<string, ConnectedHandler>>,
): Record<string, ConnectedQueue> {
  const arn = Object.values(queues)[0]?.deadLettersArn.replace(/[^:]*$/, '') ?? '';
  const ofHandlers = Object.entries(handlers).map(([id, { queueUrl, deadLettersUrl }]) => [
    `handler/${id}`,
    {
      url: queueUrl,
      deadLettersUrl,
      deadLettersArn: arn + deadLettersUrl.slice(deadLettersUrl.lastIndexOf('/') + 1),
    },
  ]);
  return { ...queues, ...Object.fromEntries(ofHandlers) };
}

/** `handler/<id>` -> URL of its dead letters. */
export function deadLettersOf(handlers: Readonly<Record<string, ConnectedHandler>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(handlers).map(([id, { deadLettersUrl }]) => [`handler/${id}`, deadLettersUrl]),
  );
}

function mapped<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
