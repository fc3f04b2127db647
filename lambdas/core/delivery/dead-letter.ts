import * as z from 'zod/mini';
import { readJson } from '../base/json.ts';
import { type Change, covers } from './pending-change.ts';
import { groupId } from './resource-event.ts';

/**
 * How long after an erasure a copy may still get into a dead-letter queue or lie there: 14 days in a queue, 14 more in the dead
 * letters, and a margin. In seconds.
 */
export const copiesLastSeconds = 35 * 86_400;

/** What a message in a dead-letter queue is about. */
export interface DeadLetter {
  /** `<type>/<id>` of the resource, as the message group of its events. */
  readonly resource: string;
  /** What it wants; absent in a notification, which nobody has read yet. */
  readonly change?: Change;
}

const about = z.object({ resource: z.object({ typeId: z.string(), id: z.string() }) });
const wanted = z.object({
  version: z.int(),
  kind: z.enum(['UPSERT', 'DELETE']),
  dataErasure: z.optional(z.boolean()),
});
/** An event of a bus, as a rule hands it on. */
const envelope = z.object({ detail: z.unknown() });

/**
 * Reads a copy that was set aside, an event that SQS moved itself, and a notification with or without the envelope of its bus.
 * `undefined`: it does not tell what it is about.
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
 * Those that these changes, by `<type>/<id>`, make good. The copy of a delete, an erasure or a newer version stays where less is
 * tried again: it may be all that is left of it.
 */
export function madeGoodBy(changes: ReadonlyMap<string, Change>): (letter: DeadLetter) => boolean {
  return (letter) => {
    const change = changes.get(letter.resource);
    return change !== undefined && letter.change !== undefined && covers(change, letter.change);
  };
}
