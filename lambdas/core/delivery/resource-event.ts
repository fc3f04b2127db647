import * as z from 'zod/mini';
import { textHash } from '../base/hash.ts';
import { readJson } from '../base/json.ts';
import { firstPath, moment, projectKey, resourceId, sourceVersion, typeId } from './notification.ts';
import { runEntry } from './run-entry.ts';

/** Names a notification or a run in logs and dead letters: no sentence, no address, no line feed. */
const trace = z.string().check(z.regex(/^[\w.:/-]{1,128}$/));

/**
 * The event on the internal bus and in the handler queues: "this resource is at least at this version".
 * Ids only; `body` exists in messages of a run alone.
 */
export const resourceEvent = z
  .object({
    projectKey,
    resource: z.object({ typeId, id: resourceId }),
    /** Version announced; 0 only for a delete that was found by a sweep or asked by an operator. */
    version: z.int().check(z.gte(0)),
    kind: z.enum(['UPSERT', 'DELETE']),
    dataErasure: z.optional(z.boolean()),
    modifiedAt: z.optional(moment),
    traceId: trace,
    /** Version before this change, as the source says; tells whether a notification in between was never seen. */
    oldVersion: z.optional(sourceVersion),
    runId: z.optional(trace),
    /** Position in the plan of the run: `<page>/<index>`. */
    entry: z.optional(runEntry),
    /** Send although the handler is in Prepare mode or the resource was taken out: an operator released it. */
    process: z.optional(z.boolean()),
    /** Write even if the row says that it is done; never below the row's version. */
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

/** The lock of a resource: all its events share one FIFO group. */
export function groupId(event: Pick<ResourceEvent, 'resource'>): string {
  return `${event.resource.typeId}/${event.resource.id}`;
}

/**
 * What SQS may swallow within five minutes: the same event sent again by a retry of the router. The trace id keeps two
 * notifications of equal content apart, so that each of them ends with an outcome of its own.
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
