import type { ResourceEvent } from '../../../lambdas/core/delivery/resource-event.ts';

/**
 * A message as one small number, so that a whole world fits into a short string:
 * bits 0-2 version, 3 delete, 4 erasure, 5 force, 6 inline body, 7-8 receives (3 = three or more), 9-10 holder.
 */
export type Message = number;

/** The holder of a message: none, one of the two invocations, or none until a late write has taken effect (hidden for DELTA). */
export const holder = { none: 0, first: 1, second: 2, hidden: 3 } as const;

const DELETE = 8;
const ERASURE = 16;
const FORCE = 32;
const BODY = 64;
const EVENT = 127;
const MAX_RECEIVES = 3;

export interface MessageContent {
  readonly version: number;
  readonly isDelete?: boolean;
  readonly erases?: boolean;
  readonly forces?: boolean;
  readonly hasBody?: boolean;
}

export function newMessage({ version, isDelete, erases, forces, hasBody }: MessageContent): Message {
  return (
    version | (isDelete ? DELETE : 0) | (erases ? ERASURE : 0) | (forces ? FORCE : 0) | (hasBody ? BODY : 0)
  );
}

/** The event without receives and holder. */
export const eventCode = (message: Message): number => message & EVENT;
export const receivesOf = (message: Message): number => (message >> 7) & 3;
export const holderOf = (message: Message): number => message >> 9;
export const heldBy = (message: Message, by: number): Message => (message & 511) | (by << 9);
export const versionOf = (message: Message): number => message & 7;
export const hasBody = (message: Message): boolean => (message & BODY) !== 0;
/** A dead letter has no body; when it is moved back, its receives start at 0. */
export const withoutBody = (message: Message): Message => message & EVENT & ~BODY;

export function received(message: Message, by: number): Message {
  const receives = Math.min(receivesOf(message) + 1, MAX_RECEIVES);
  return heldBy(eventCode(message) | (receives << 7), by);
}

const resource = { typeId: 'customer', id: '00000000-0000-4000-8000-000000000001' };
const events = Array.from({ length: EVENT + 1 }, (_, code) => toEvent(code));

/** The event as the real code sees it. */
export function eventOf(code: number): ResourceEvent {
  const event = events[eventCode(code)];
  if (!event) throw new RangeError(`no event ${code}`);
  return event;
}

function toEvent(code: number): ResourceEvent {
  const version = versionOf(code);
  return {
    projectKey: 'local',
    resource,
    version,
    kind: code & DELETE ? 'DELETE' : 'UPSERT',
    traceId: String(code),
    ...(code & ERASURE && { dataErasure: true }),
    ...(code & FORCE && { force: true }),
    ...(code & BODY && { body: { id: resource.id, version }, bodyAt: 0 }),
  };
}

/** The inverse of `eventOf`, for the result of `collapse`. */
export function codeOfEvent({ version, kind, dataErasure, force, body }: ResourceEvent): number {
  return newMessage({
    version,
    isDelete: kind === 'DELETE',
    erases: dataErasure === true,
    forces: force === true,
    hasBody: isOfVersion(body, version),
  });
}

/** A body with another version than the event is below the floor and treated as absent. */
function isOfVersion(body: unknown, version: number): boolean {
  return typeof body === 'object' && body !== null && 'version' in body && body.version === version;
}

export function describeMessage(message: Message): string {
  const { version, kind, dataErasure, force, body } = eventOf(message);
  const marks = [dataErasure && 'erasure', force && 'force', body !== undefined && 'body'].filter(Boolean);
  const name = kind === 'DELETE' ? 'delete' : 'upsert';
  return [`${name} v${version}`, ...marks].join(' ');
}
