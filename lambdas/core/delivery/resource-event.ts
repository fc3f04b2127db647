import * as z from 'zod/mini';
import { textHash } from '../base/hash.ts';
import { readJson } from '../base/json.ts';
import { firstPath, moment, projectKey, resourceId, sourceVersion, typeId } from './notification.ts';
import { runEntry } from './run-entry.ts';

/** Id of a notification or a run for logs and dead letters; allows no sentence, no address and no line feed. */
const trace = z.string().check(z.regex(/^[\w.:/-]{1,128}$/));

/**
 * The event on the internal bus and in the handler queues: "this resource is at least at this version". Ids only; `body`
 * exists only in messages of a run.
 */
export const resourceEvent = z
  .object({
    projectKey,
    resource: z.object({ typeId, id: resourceId }),
    /** The announced version; 0 only for a delete that a sweep found or an operator requested. */
    version: z.int().check(z.gte(0)),
    kind: z.enum(['UPSERT', 'DELETE']),
    dataErasure: z.optional(z.boolean()),
    modifiedAt: z.optional(moment),
    traceId: trace,
    /** The version before this change at the source; shows whether a notification in between is missing. */
    oldVersion: z.optional(sourceVersion),
    runId: z.optional(trace),
    /** Position in the plan of the run: `<page>/<index>`. */
    entry: z.optional(runEntry),
    /** An operator released it: send it although the handler is in Prepare mode or the resource is excluded. */
    process: z.optional(z.boolean()),
    /** Write even if the sync record is at this version already, but never an older version. */
    force: z.optional(z.boolean()),
    body: z.optional(z.unknown()),
    /** When `body` was read from the source, milliseconds since the epoch. */
    bodyAt: z.optional(z.int()),
  })
  .check(z.refine((event) => event.kind === 'DELETE' || event.version >= 1, { path: ['version'] }));
export type ResourceEvent = z.infer<typeof resourceEvent>;

export type ResourceEventReading = { readonly event: ResourceEvent } | { readonly refusal: string };

/** Reads the body of a handler queue message. Never throws; the refusal names the field, never its value. */
export function readResourceEvent(body: string): ResourceEventReading {
  const json = readJson(body);
  if ('refusal' in json) return json;
  return parseResourceEvent(json.value);
}

export function parseResourceEvent(value: unknown): ResourceEventReading {
  const read = resourceEvent.safeParse(value);
  return read.success ? { event: read.data } : { refusal: `invalid:${firstPath(read.error)}` };
}

/** FIFO group of a resource: all its events share one, which makes it the lock of the resource. */
export function groupId(event: Pick<ResourceEvent, 'resource'>): string {
  return `${event.resource.typeId}/${event.resource.id}`;
}

/**
 * SQS drops a message with the same id within five minutes: the same event sent again by a retry of the router. The trace id
 * separates two notifications of equal content, so that each gets an outcome of its own.
 */
export function deduplicationId(typeId: string, event: ResourceEvent): string {
  const { projectKey, resource, version, kind, dataErasure, force, runId, traceId } = event;
  return textHash(
    [
      typeId,
      projectKey,
      resource.typeId,
      resource.id,
      version,
      kind,
      dataErasure,
      force,
      runId ?? traceId,
    ].join('|'),
  );
}
