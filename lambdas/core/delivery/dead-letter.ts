import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';
import { type Change, covers } from './pending-change.ts';
import { groupId } from './resource-event.ts';

/** A dead-letter queue may hold a copy for this long after an erasure: 14 days in a queue, 14 in its DLQ, and a margin. Seconds. */
export const copiesLastSeconds = 35 * 86_400;

/** What a message in a dead-letter queue is about. */
export interface DeadLetter {
  /** `<type>/<id>` of the resource, as the message group of its events. */
  readonly resource: string;
  /** The change to make; absent in a notification, whose route is not known yet. */
  readonly change?: Change;
}

const about = z.object({ resource: z.object({ typeId: z.string(), id: z.string() }) });
const wanted = z.object({
  version: z.int(),
  kind: z.enum(['UPSERT', 'DELETE']),
  dataErasure: z.optional(z.boolean()),
});
/** An EventBridge event. */
const envelope = z.object({ detail: z.unknown() });

/**
 * Reads a copy that a function dead-lettered, a message that SQS moved itself, and a notification with or without its EventBridge
 * envelope. `undefined`: it names no resource.
 */
export function readDeadLetter(body: string): DeadLetter | undefined {
  const json = readJson(body);
  if ('refusal' in json) return undefined;
  const wrapped = envelope.safeParse(json.value);
  const payload = wrapped.success && wrapped.data.detail !== undefined ? wrapped.data.detail : json.value;
  const read = about.safeParse(payload);
  if (!read.success) return undefined;
  const change = wanted.safeParse(payload);
  return { resource: groupId(read.data), ...(change.success && { change: toChange(change.data) }) };
}

function toChange({ version, kind, dataErasure }: z.infer<typeof wanted>): Change {
  return { version, kind, ...(dataErasure === true && { dataErasure }) };
}

/**
 * Dead letters that become needless once these changes, by `<type>/<id>`, are sent again. The copy of a delete, an erasure or a
 * newer version stays if only less is sent again: it may be its last trace.
 */
export function madeGoodBy(changes: ReadonlyMap<string, Change>): (letter: DeadLetter) => boolean {
  return (letter) => {
    const change = changes.get(letter.resource);
    return change !== undefined && letter.change !== undefined && covers(change, letter.change);
  };
}
