/**
 * The decisions of the delivery protocol P1, one customer at a time. Pure: what stands in the row, what was announced
 * and what time it is go in; what to do next comes out. The order of the steps is the protocol:
 * gate -> limit -> source -> OMS -> commit -> acknowledge. Reasons: docs/architecture.md, "Delivery".
 */
import type { DeliverySettings } from './delivery-settings.ts';
import type { StateRow } from './ports/state-store.ts';
import type { ResourceEvent } from './resource-event.ts';

/** All records of one resource in a batch, as one. */
export interface Work {
  readonly event: ResourceEvent;
  /** Highest receive count of the group's records. */
  readonly receives: number;
  /** When the oldest of them was sent, milliseconds since the epoch. */
  readonly sentAt: number;
}

export interface ProtocolContext {
  readonly settings: DeliverySettings;
  readonly mapperVersion: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Prepare mode: changes are recorded and not sent. */
  readonly isPreparing?: boolean;
}

export type Start =
  /** The row already stands where the event wants it. */
  | { readonly step: 'superseded' }
  /** An operator took the resource out. */
  | { readonly step: 'skipped' }
  /** Prepare mode: to be recorded, until an operator releases it. */
  | { readonly step: 'record' }
  /** Too old and tried often enough, or a message that kills its process again and again. */
  | { readonly step: 'give-up'; readonly code: 'GAVE_UP_AGE' | 'GAVE_UP_RECEIVES' }
  | { readonly step: 'delete'; readonly erase: boolean }
  /** The inline body of a run message may be used. */
  | { readonly step: 'use-body' }
  | { readonly step: 'fetch' };

/** Steps 1 to 3: before any call to the outside. */
export function decideStart(work: Work, row: StateRow | undefined, context: ProtocolContext): Start {
  if (isSuperseded(work.event, row, context.mapperVersion)) return { step: 'superseded' };
  if (isExcluded(work.event, row)) return { step: 'skipped' };
  if (context.isPreparing && !isReleased(work.event)) return { step: 'record' };
  const code = giveUpCode(work, row, context);
  if (code) return { step: 'give-up', code };
  if (work.event.kind === 'DELETE') return { step: 'delete', erase: isErasure(work.event, row) };
  return bodyIsUsable(work.event, row, context) ? { step: 'use-body' } : { step: 'fetch' };
}

/** A deleted row takes nothing but an erasure that is not done; a live one nothing that it already holds. */
function isSuperseded(event: ResourceEvent, row: StateRow | undefined, mapperVersion: number): boolean {
  if (!row) return false;
  if (row.status === 'deleted') {
    return !(event.kind === 'DELETE' && event.dataErasure === true && row.erased !== true);
  }
  if (event.kind === 'DELETE' || event.force === true) return false;
  // `>=`: while two versions of the code run, the old one must not undo what the new one wrote.
  return event.version <= row.version && (row.mapperVersion ?? 0) >= mapperVersion;
}

/**
 * Upserts alone: who is deleted at the source is deleted, whatever an operator said before. A forced run or a retry goes over
 * many; it is no word about this one.
 */
function isExcluded({ kind, process }: ResourceEvent, row: StateRow | undefined): boolean {
  return row?.isSkipped === true && kind === 'UPSERT' && process !== true;
}

/** The law does not wait for an operator: an erasure passes Prepare mode. */
function isReleased({ process, dataErasure }: ResourceEvent): boolean {
  return process === true || dataErasure === true;
}

/**
 * By age, not by count, so that a queue paused for days is not given up on resume. Nor who was not there at the last look, as after a
 * pause who was created and deleted meanwhile: the next looks say that it is absent.
 */
function giveUpCode(
  { receives, sentAt }: Work,
  row: StateRow | undefined,
  { settings, now }: ProtocolContext,
) {
  if (receives >= settings.receiveGuard) return 'GAVE_UP_RECEIVES';
  if (row?.missing?.receives === receives - 1) return undefined;
  const isOld = now - sentAt > settings.giveUpSeconds * 1_000;
  return isOld && receives >= settings.giveUpMinReceives ? 'GAVE_UP_AGE' : undefined;
}

/** An erasure that was set aside is owed: the next delete does it. */
function isErasure(event: ResourceEvent, row: StateRow | undefined): boolean {
  return event.dataErasure === true || row?.failure?.wants === 'erasure';
}

function bodyIsUsable(
  event: ResourceEvent,
  row: StateRow | undefined,
  { settings, now }: ProtocolContext,
): boolean {
  if (event.body === undefined || event.bodyAt === undefined) return false;
  return event.version >= sourceFloor(event, row) && now - event.bodyAt < settings.bodyMaxAgeSeconds * 1_000;
}

/**
 * Lowest source version that may be written: what was announced, what is already confirmed, and what was set aside or passed by while
 * the resource was taken out, for those messages are gone. An older one is a stale read, whatever forces it.
 */
export function sourceFloor(event: ResourceEvent, row: StateRow | undefined): number {
  return Math.max(event.version, row?.version ?? 0, passedVersion(row));
}

/** What was given up the source may never have shown. */
function passedVersion(row: StateRow | undefined): number {
  const isGivenUp = row?.failure?.code.startsWith('GAVE_UP') === true;
  return Math.max(isGivenUp ? 0 : (row?.failure?.version ?? 0), row?.skippedVersion ?? 0);
}

/**
 * The resource is not at the source. A live one may be missing for a moment; only a delete deletes. So every look since `since`
 * has to have missed it, without one that failed otherwise in between, for longer than a read can lag behind: the age of the
 * message says nothing (docs/adr/0014). `receives` counts those of the group's head.
 */
export function isAbsent(
  { receives, since }: { readonly receives: number; readonly since: number },
  { settings, now }: ProtocolContext,
): boolean {
  return receives >= settings.absentMinReceives && now - since >= settings.absentAfterSeconds * 1_000;
}

/**
 * May the OMS call be left out, because the OMS already holds this content? Only on a first receive: an earlier try may
 * have written other content and lost its commit.
 */
export function maySkipWrite(
  work: Work,
  row: StateRow | undefined,
  { hash, mapperVersion }: { readonly hash: string; readonly mapperVersion: number },
): boolean {
  return (
    row?.hash === hash &&
    row.mapperVersion === mapperVersion &&
    work.receives === 1 &&
    work.event.force !== true
  );
}

/** An end without a commit on a repeated receive leaves open what the OMS holds: the hash must not be trusted any more. */
export function mustForgetHash(work: Work, row: StateRow | undefined): boolean {
  return work.receives > 1 && row?.status === 'live' && row.hash !== undefined;
}
