/**
 * The decisions of the delivery protocol for one resource. Pure functions of the sync record, the announced event and the time.
 * The steps: gate -> limit -> source -> OMS -> commit -> acknowledge. Reasons: docs/architecture.md, "Delivery".
 */
import type { DeliverySettings } from './delivery-settings.ts';
import type { StateRow } from './ports/state-store.ts';
import type { ResourceEvent } from './resource-event.ts';

/** All records of one resource in a batch, collapsed. */
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
  /** The sync record is already at this version, or deleted. */
  | { readonly step: 'superseded' }
  /** An operator excluded the resource. */
  | { readonly step: 'skipped' }
  /** Prepare mode records the change until an operator releases it. */
  | { readonly step: 'record' }
  /** Too old and tried often enough, or received so often that it may crash its process every time. */
  | { readonly step: 'give-up'; readonly code: 'GAVE_UP_AGE' | 'GAVE_UP_RECEIVES' }
  | { readonly step: 'delete'; readonly erase: boolean }
  /** The inline body of a run message may be used. */
  | { readonly step: 'use-body' }
  | { readonly step: 'fetch' };

/** Steps 1 and 2, and where step 3 gets the resource from. */
export function decideStart(work: Work, row: StateRow | undefined, context: ProtocolContext): Start {
  if (isSuperseded(work.event, row, context.mapperVersion)) return { step: 'superseded' };
  if (isExcluded(work.event, row)) return { step: 'skipped' };
  if (context.isPreparing && !isReleased(work.event)) return { step: 'record' };
  const code = giveUpCode(work, row, context);
  if (code) return { step: 'give-up', code };
  if (work.event.kind === 'DELETE') return { step: 'delete', erase: isErasure(work.event, row) };
  return bodyIsUsable(work.event, row, context) ? { step: 'use-body' } : { step: 'fetch' };
}

/** After a delete, only an erasure that is not done yet passes. Otherwise, a version that is already confirmed does not pass. */
function isSuperseded(event: ResourceEvent, row: StateRow | undefined, mapperVersion: number): boolean {
  if (!row) return false;
  if (row.status === 'deleted') {
    return !(event.kind === 'DELETE' && event.dataErasure === true && row.erased !== true);
  }
  if (event.kind === 'DELETE' || event.force === true) return false;
  // `>=`: during a deployment, the old code must not overwrite what the new mapper wrote.
  return event.version <= row.version && (row.mapperVersion ?? 0) >= mapperVersion;
}

/**
 * Only upserts: a delete at the source is always applied. Only a release of this very resource passes an exclusion; a forced run
 * or a retry of a group does not.
 */
function isExcluded({ kind, process }: ResourceEvent, row: StateRow | undefined): boolean {
  return row?.isSkipped === true && kind === 'UPSERT' && process !== true;
}

/** An erasure passes Prepare mode, because the law does not wait for an operator. */
function isReleased({ process, dataErasure }: ResourceEvent): boolean {
  return process === true || dataErasure === true;
}

/**
 * By age and receives, so that the messages of a queue that was paused for days are not given up on resume. Nor if the last read
 * found nothing; later reads report the resource as absent.
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

/** A failed erasure is still owed: the next delete does it. */
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
 * The lowest source version that may be written: the announced, the confirmed, the failed and the skipped one, because the
 * messages of the last two are gone. An older version is a stale read, even for a forced write.
 */
export function sourceFloor(event: ResourceEvent, row: StateRow | undefined): number {
  return Math.max(event.version, row?.version ?? 0, unwrittenVersion(row));
}

/** The source may never have shown a version that was given up, so that version does not count. */
function unwrittenVersion(row: StateRow | undefined): number {
  const isGivenUp = row?.failure?.code.startsWith('GAVE_UP') === true;
  return Math.max(isGivenUp ? 0 : (row?.failure?.version ?? 0), row?.skippedVersion ?? 0);
}

/**
 * Does the source not have the resource? A live one may be missing for a moment, and only a delete deletes. So every read since
 * `since` must have found nothing, for longer than a read can lag behind. The age of the message does not count (docs/adr/0014).
 * `receives`: of the group's head.
 */
export function isAbsent(
  { receives, since }: { readonly receives: number; readonly since: number },
  { settings, now }: ProtocolContext,
): boolean {
  return receives >= settings.absentMinReceives && now - since >= settings.absentAfterSeconds * 1_000;
}

/**
 * Does the OMS already hold this content, so that no call is needed? Only on a first receive: an earlier try may have written
 * other content and lost its commit.
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

/** After a result without a commit on a repeated receive, the content in the OMS is unknown: the hash must go. */
export function mustForgetHash(work: Work, row: StateRow | undefined): boolean {
  return work.receives > 1 && row?.status === 'live' && row.hash !== undefined;
}
