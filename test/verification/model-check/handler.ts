import {
  anonymised,
  type Content,
  describeContent,
  erased,
  hashOf,
  letterOf,
  nothing,
  written,
} from './contents.ts';
import { brokenOrder, brokenSkip, unfoundedAcknowledgement, unfoundedCommit } from './invariants.ts';
import { eventOf, heldBy, holder, holderOf, withoutBody } from './messages.ts';
import type { Model, Transition } from './model.ts';
import { contextAt, sentAt } from './moments.ts';
import { ended, withVersion } from './receive.ts';
import { commitDeleted, commitSynced, confirmedVersion, failRow, forgetHash, noRow, rowOf } from './row.ts';
import { type Invocation, idle, type Step, step, type World } from './world.ts';

/** The largest number that a world can encode. */
const MAX_DEAD_LETTERED = 3;

export type Slot = 'first' | 'second';

/** All next steps of one invocation: every possible result of its next step, or a crash before it. */
export function nextSteps(model: Model, world: World, slot: Slot): Transition[] {
  const own = world[slot];
  if (own.step === step.idle) return [];
  return [...(takeStep[own.step]?.({ model, world, slot, own }) ?? []), ...crash(model, world, slot)];
}

/** One invocation in its world. */
interface Scene {
  readonly model: Model;
  readonly world: World;
  readonly slot: Slot;
  readonly own: Invocation;
}

const takeStep: Partial<Record<Step, (scene: Scene) => Transition[]>> = {
  [step.read]: read,
  [step.write]: write,
  [step.commit]: commit,
  [step.remove]: remove,
  [step.commitDelete]: commitDelete,
  [step.forget]: (scene) => [
    move(scene, 'forgets the hash', step.acknowledge, { row: forgetHash(scene.world.row) }),
  ],
  [step.deadLetter]: deadLetter,
  [step.note]: note,
  [step.acknowledge]: acknowledge,
};

function read(scene: Scene): Transition[] {
  const { model, world } = scene;
  const current = world.deletion > 0 ? 0 : world.version;
  const older = Array.from({ length: world.version }, (_, index) => index + 1);
  const stale = world.staleReads < model.staleReads ? [0, ...older].filter((shown) => shown !== current) : [];
  const afterStale = { ...world, staleReads: world.staleReads + 1 };
  return [
    ...shown(scene, current, false),
    ...stale.flatMap((version) => shown({ ...scene, world: afterStale }, version, true)),
  ];
}

/** The answer of the source; 0 = no such customer. */
function shown(scene: Scene, version: number, isStale: boolean): Transition[] {
  const { model, own } = scene;
  const label = `reads ${version === 0 ? '404' : `v${version}`}${isStale ? ' (stale)' : ''}`;
  const event = eventOf(own.event);
  if (version > 0) {
    if (version < model.rules.sourceFloor(event, rowOf(own.row)))
      return [retryLater(scene, `${label}: refused`)];
    return [turn(scene, label, withVersion(model, own, version, isStale))];
  }
  if (model.flaws.absentDeletes) return [move(scene, `${label}: treated as a delete`, step.remove)];
  const judged = model.flaws.judgesAbsenceByOldest ? own.receives : own.fewestReceives;
  // In a queue that was paused, the first receive may get a stale read; after the backoff the read is current.
  const isOnlyYoung = isStale && own.fewestReceives > 1;
  const ages = isOnlyYoung ? (['young'] as const) : (['young', 'a day'] as const);
  return ages.map((age) =>
    model.rules.isAbsent({ receives: judged, since: sentAt }, contextAt(age, own.mapperVersion))
      ? turn(scene, `${label}: absent`, { ...ended(model, own), excuse: 2 })
      : retryLater(scene, `${label}: not yet`),
  );
}

function write(scene: Scene): Transition[] {
  const { model, world, own } = scene;
  const next = model.flaws.commitsFirst ? step.acknowledge : step.commit;
  const work = { event: eventOf(own.event), receives: own.receives, sentAt };
  const hash = hashOf(model.contents, own.version, own.mapperVersion);
  if (model.rules.maySkipWrite(work, rowOf(own.row), { hash, mapperVersion: own.mapperVersion })) {
    return [withBreach(move(scene, 'skips the write', next), brokenSkip(model, world, own))];
  }
  const refusal =
    world.deadLettered < model.deadLettered ? [move(scene, 'the OMS refuses for good', step.note)] : [];
  return [...callOms(scene, written(own.version, own.mapperVersion), next), ...refusal];
}

function remove(scene: Scene): Transition[] {
  if (scene.world.oms === nothing) return [move(scene, 'finds nothing to remove', step.commitDelete)];
  const erases = eventOf(scene.own.event).dataErasure === true;
  return callOms(scene, erases ? erased : anonymised, step.commitDelete);
}

/** A call that is answered, or a call that times out and takes effect later or never. */
function callOms(scene: Scene, content: Content, next: Step): Transition[] {
  const { model, world, own } = scene;
  const breach = brokenOrder(model, world, scene.slot, content);
  const completed = Math.max(world.completed, own.version);
  const done = move(scene, `writes ${describeContent(content)}`, next, { oms: content, completed });
  if (world.lateWrites >= model.lateWrites || world.late !== nothing) return [withBreach(done, breach)];
  const late = { late: content, lateWrites: world.lateWrites + 1, lostCommit: 1, completed };
  return [withBreach(done, breach), withBreach(givenUp(scene, content, next, late), breach)];
}

function givenUp(scene: Scene, content: Content, next: Step, late: Partial<World>): Transition {
  const { model, world } = scene;
  const label = `gives up waiting for its write of ${describeContent(content)}`;
  if (model.flaws.ambiguousIsSuccess) return move(scene, `${label}, treated as done`, next, late);
  if (model.flaws.deadLettersAfterAmbiguous && world.deadLettered < model.deadLettered) {
    return move(scene, `${label}, dead-letters it`, step.note, late);
  }
  return retryLater({ ...scene, world: { ...world, ...late } }, label);
}

function commit(scene: Scene): Transition[] {
  const { model, world, own } = scene;
  const hash = hashOf(model.contents, own.version, own.mapperVersion);
  const answer = commitSynced(world.row, { version: own.version, hash, mapperVersion: own.mapperVersion });
  const next = model.flaws.commitsFirst ? step.write : step.acknowledge;
  if (answer === 'superseded') {
    if (model.flaws.trustsRefusedCommits) return [turn(scene, 'commit: superseded', ended(model, own))];
    return [
      withBreach(
        move(scene, 'commit: superseded, dead-letters it', step.note),
        'the row changed under the lock',
      ),
    ];
  }
  const breach = unfoundedCommit(model, world, own);
  return [
    withBreach(
      move(scene, `commits v${own.version} = ${letterOf(model.contents, own.version)}`, next, {
        row: answer,
      }),
      breach,
    ),
  ];
}

function commitDelete(scene: Scene): Transition[] {
  const { world, own } = scene;
  const event = eventOf(own.event);
  const version = Math.max(event.version, confirmedVersion(own.row));
  const answer = commitDeleted(world.row, version, event.dataErasure === true);
  const row = answer === 'superseded' ? world.row : answer;
  return [move(scene, 'commits the delete', step.acknowledge, { row })];
}

function note(scene: Scene): Transition[] {
  const { model, world } = scene;
  const keepsRow = model.flaws.deadLetterKeepsHash && world.row !== noRow;
  const row = keepsRow ? world.row : failRow(world.row);
  return [move(scene, 'marks the record as failed', step.deadLetter, { row })];
}

function deadLetter(scene: Scene): Transition[] {
  const { world, own } = scene;
  const deadLetters = [...world.deadLetters, withoutBody(own.event)].sort((a, b) => a - b);
  const acknowledged = { ...own, step: step.acknowledge, excuse: 1 };
  const deadLettered = Math.min(world.deadLettered + 1, MAX_DEAD_LETTERED);
  return [turn(scene, 'puts a copy into the dead-letter queue', acknowledged, { deadLetters, deadLettered })];
}

function acknowledge(scene: Scene): Transition[] {
  const { world, slot, own } = scene;
  const queue = world.queue.filter((message) => holderOf(message) !== holder[slot]);
  return [withBreach(turn(scene, 'acknowledges', idle, { queue }), unfoundedAcknowledgement(world, own))];
}

function crash(model: Model, world: World, slot: Slot): Transition[] {
  if (world.crashes >= model.crashes) return [];
  const own = world[slot];
  const isWritten = own.step === step.commit || own.step === step.commitDelete;
  const crashed = {
    ...world,
    crashes: world.crashes + 1,
    lostCommit: isWritten ? 1 : world.lostCommit,
  };
  return [retryLater({ model, world: crashed, slot, own }, 'crashes')];
}

/** The messages become visible again, but not before a late write has taken effect. */
function retryLater(scene: Scene, label: string): Transition {
  const { model, world, slot } = scene;
  const isOpen = world.late !== nothing && !model.flaws.retriesBeforeDelta;
  const queue = world.queue.map((message) =>
    holderOf(message) === holder[slot] ? heldBy(message, isOpen ? holder.hidden : holder.none) : message,
  );
  return turn(scene, label, idle, { queue });
}

function move(scene: Scene, label: string, next: Step, change: Partial<World> = {}): Transition {
  return turn(scene, label, { ...scene.own, step: next }, change);
}

function turn(
  { world, slot }: Scene,
  label: string,
  own: Invocation,
  change: Partial<World> = {},
): Transition {
  return { label: `${slot} ${label}`, world: { ...world, ...change, [slot]: own } };
}

function withBreach(transition: Transition, breach: string | undefined): Transition {
  return breach === undefined ? transition : { ...transition, breach };
}
