import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';

/** commercetools ids are UUIDs. Nothing else may get into a key, a group id or a URL. */
export const resourceId = z
  .string()
  .check(z.regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/));
export const sourceVersion = z.int().check(z.gte(1));
/** These appear in logs and dead letters, so their format allows no sentence, no address and no line feed. */
export const projectKey = z.string().check(z.regex(/^[\w-]{1,256}$/));
export const typeId = z.string().check(z.regex(/^[\w.-]{1,64}$/));
export const moment = z.string().check(z.regex(/^[\dTZ:.+-]{1,40}$/));

const resource = z.object({ typeId, id: resourceId });
const change = {
  projectKey,
  resource,
  version: sourceVersion,
  modifiedAt: z.optional(moment),
};

/** The Platform payload of a commercetools subscription. Fields that the connector does not use are dropped. */
export const notification = z.discriminatedUnion('notificationType', [
  z.object({ notificationType: z.literal('ResourceCreated'), ...change }),
  z.object({
    notificationType: z.literal('ResourceUpdated'),
    ...change,
    oldVersion: z.optional(sourceVersion),
  }),
  z.object({
    notificationType: z.literal('ResourceDeleted'),
    ...change,
    dataErasure: z.optional(z.boolean()),
  }),
  // A message's own `version` is constant; `resourceVersion` is the one that compares with a change.
  z.object({
    notificationType: z.literal('Message'),
    projectKey,
    resource,
    resourceVersion: sourceVersion,
  }),
]);
export type Notification = z.infer<typeof notification>;

/** The part of an EventBridge event that the queue-listener reads. */
const envelope = z.object({ 'detail-type': z.string(), source: z.string(), detail: z.unknown() });

export type NotificationReading = { readonly notification: Notification } | { readonly refusal: string };

/**
 * Reads one message of the ingest queue: an EventBridge event around the payload, or the bare payload of an SQS
 * destination. Never throws; the refusal names the field, never its value.
 */
export function readNotification(body: string): NotificationReading {
  const json = readJson(body);
  if ('refusal' in json) return json;
  const wrapped = envelope.safeParse(json.value);
  const payload = wrapped.success ? wrapped.data.detail : json.value;
  if (isCloudEvent(payload)) return { refusal: 'cloud-events-format' };
  const read = notification.safeParse(payload);
  return read.success ? { notification: read.data } : { refusal: `invalid:${firstPath(read.error)}` };
}

function isCloudEvent(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && Object.hasOwn(payload, 'specversion');
}

/** Path of the first violation, for example `resource.id`; `$` for the whole document. */
export function firstPath(error: z.core.$ZodError): string {
  return error.issues[0]?.path.map(String).join('.') || '$';
}
