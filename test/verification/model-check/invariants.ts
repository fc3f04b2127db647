import {
  anonymised,
  type Content,
  erased,
  isWritten,
  letterOf,
  nothing,
  writtenMapper,
  writtenVersion,
} from './contents.ts';
import { eventOf } from './messages.ts';
import type { Model } from './model.ts';
import { confirmedVersion, isDeletedRow, isErasedRow } from './row.ts';
import { type Invocation, step, type World } from './world.ts';

/** A delete is newer than every version. */
const NEWEST = 8;

/**
 * J3: writes of one customer never overlap. I2: the written version goes down only if a commit was lost before and the
 * version comes from a stale read or a run body.
 */
export function brokenOrder(
  model: Model,
  world: World,
  slot: 'first' | 'second',
  content: Content,
): string | undefined {
  const other = slot === 'first' ? world.second : world.first;
  if (world.late !== nothing || other.step !== step.idle) return 'J3: two writers at once';
  const isOlder = ageOf(content) < ageOf(world.oms);
  const isExplained = world.lostCommit === 1 && world[slot].isSoft === 1;
  if (!isOlder || isExplained) return undefined;
  return model.staleReads + model.runs > 0 || model.deployment === 'run with bodies'
    ? 'I2: older over newer, unexplained'
    : 'I2: older over newer';
}

function ageOf(content: Content): number {
  if (content === nothing) return 0;
  return isWritten(content) ? writtenVersion(content) : NEWEST;
}

/** The hash is reliable: if it lets the handler skip a write, the OMS has this content. */
export function brokenSkip(model: Model, world: World, own: Invocation): string | undefined {
  return holdsContentOf(model, world, own.version) ? undefined : 'hash: a write is skipped that was needed';
}

/** J2: a row shows version c only if an OMS write of a version >= c, or of equal content, was completed. */
export function unfoundedCommit(model: Model, world: World, own: Invocation): string | undefined {
  const isFounded = world.completed >= own.version || holdsContentOf(model, world, own.version);
  return isFounded ? undefined : 'J2: committed before it was written';
}

function holdsContentOf({ contents }: Model, { oms }: World, version: number): boolean {
  return isWritten(oms) && letterOf(contents, writtenVersion(oms)) === letterOf(contents, version);
}

/** J1: acknowledged means deleted (and erased if requested), confirmed at this version or later, dead-lettered, or absent. */
export function unfoundedAcknowledgement(world: World, own: Invocation): string | undefined {
  const event = eventOf(own.event);
  if (own.excuse > 0) return undefined;
  const isDone = isDeletedRow(world.row)
    ? event.dataErasure !== true || isErasedRow(world.row)
    : event.kind === 'UPSERT' && confirmedVersion(world.row) >= event.version;
  return isDone ? undefined : 'J1: acknowledged, not done';
}

/** Nothing waits, runs, or can still take effect. */
export function isAtRest(world: World): boolean {
  return (
    world.transit.length + world.queue.length + world.deadLetters.length === 0 &&
    world.first.step === step.idle &&
    world.second.step === step.idle &&
    world.late === nothing
  );
}

/** I1, I3: at rest the OMS matches the source. */
export function differenceAtRest({ contents }: Model, world: World): string | undefined {
  const { oms, version } = world;
  if (world.deletion > 0) {
    const isGone = oms === nothing || oms === erased || (world.deletion === 1 && oms === anonymised);
    if (!isGone) return 'I3: deleted at the source, not in the OMS';
    if (world.deletion === 2 && !isErasedRow(world.row)) return 'I3: the erasure is not done';
    return isDeletedRow(world.row) ? undefined : 'I3: no tombstone';
  }
  if (version === 0) return oms === nothing ? undefined : 'I1: written from nowhere';
  if (oms === nothing) return 'I1: never written';
  if (!isWritten(oms)) return 'I1: a live customer was deleted';
  if (letterOf(contents, writtenVersion(oms)) !== letterOf(contents, version))
    return 'I1: older content stays';
  // A run follows the new mapper, so no content of the old mapper may remain.
  return writtenMapper(oms) === world.mapperVersion ? undefined : 'I1: the old mapping stays';
}
