import * as z from 'zod/mini';
import { runHook } from './handler-request.ts';

/** What control plane and run feeder know about a handler: its resources in AWS and what its runs list. */
export const connectedHandler = z.object({
  resourceType: z.string(),
  /** The typeId of a run's messages, part of their deduplication id. */
  upsertTypeId: z.string(),
  queueUrl: z.string(),
  deadLettersUrl: z.string(),
  functionName: z.string(),
  /** Id of the event source mapping from its queue to its function. */
  mappingId: z.string(),
  maxConcurrency: z.int(),
  /** References that the mapper needs; a listed body must contain them like a fetched one. */
  expand: z.array(z.string()),
  /** Hooks that it subscribes to. */
  runHooks: z.array(runHook),
});
export type ConnectedHandler = z.infer<typeof connectedHandler>;
const fields = connectedHandler.shape;

/** A queue that operators can inspect and change. */
export const connectedQueue = z.object({
  url: z.string(),
  deadLettersUrl: z.string(),
  deadLettersArn: z.string(),
});
export type ConnectedQueue = z.infer<typeof connectedQueue>;

/**
 * As lib writes them. A function's environment is limited to 4,096 bytes, so properties are positional and the common beginning of
 * the URLs is stored once.
 */
export const packedHandlers = z.object({
  /** Common beginning of all queue URLs. */
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
  /** Common beginning of all queue ARNs. */
  arn: z.string(),
  /** Operators' name -> names of the queue and its dead-letter queue. */
  queues: z.record(z.string(), z.tuple([z.string(), z.string()])),
});
export type PackedQueues = z.infer<typeof packedQueues>;

/** Variable QUEUES: all queues except those of the handlers. */
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

/** Every queue that operators see: those of the variable QUEUES, and `handler/<id>` of each handler. */
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

/** `handler/<id>` -> URL of its dead-letter queue. */
export function deadLettersOf(handlers: Readonly<Record<string, ConnectedHandler>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(handlers).map(([id, { deadLettersUrl }]) => [`handler/${id}`, deadLettersUrl]),
  );
}

function mapped<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
