import { describeContent, nothing } from './contents.ts';
import {
  describeMessage,
  eventCode,
  heldBy,
  holder,
  holderOf,
  type Message,
  newMessage,
  receivesOf,
} from './messages.ts';
import type { Model, Transition } from './model.ts';
import { step, type World } from './world.ts';

/** Everything that can happen outside the handler: at the source, in transit, or to a late request. */
export function environmentSteps(model: Model, world: World): Transition[] {
  return [
    ...sourceChanges(model, world),
    ...runs(model, world),
    ...arrivals(model, world),
    ...lateWriteEnds(world),
    ...redrives(world),
    ...earlyVisibility(model, world),
    ...nativeMove(model, world),
  ];
}

function sourceChanges({ contents, deletion }: Model, world: World): Transition[] {
  const { version } = world;
  const changes: Transition[] = [];
  if (world.deletion === 0 && version < contents.length) {
    const next = version + 1;
    changes.push({
      label: `source: v${next} = ${contents[version]}`,
      world: send({ ...world, version: next }, newMessage({ version: next })),
    });
  }
  if (world.deletion === 0 && version > 0 && deletion !== 'none') {
    const erases = deletion === 'erasing';
    // The notification of a delete carries the version of the last update.
    changes.push({
      label: `source: deleted at v${version}${erases ? ', erasure requested' : ''}`,
      world: send({ ...world, deletion: erases ? 2 : 1 }, newMessage({ version, isDelete: true, erases })),
    });
  }
  if (world.deletion === 1 && deletion === 'plain, erasure requested later') {
    changes.push({
      label: 'operator: requests the erasure',
      world: send({ ...world, deletion: 2 }, newMessage({ version: 0, isDelete: true, erases: true })),
    });
  }
  return changes;
}

function runs(model: Model, world: World): Transition[] {
  const { version } = world;
  if (world.deletion > 0 || version === 0) return [];
  const started: Transition[] = [];
  if (model.deployment !== 'none' && world.mapperVersion === 1) {
    started.push({
      label: `a new mapper, and a run that lists v${version}`,
      world: send(
        { ...world, mapperVersion: 2 },
        newMessage({ version, hasBody: model.deployment === 'run with bodies' }),
      ),
    });
  }
  if (world.runs < model.runs) {
    const body = newMessage({ version, hasBody: true, forces: model.runsForce });
    started.push({ label: `a run lists v${version}`, world: send({ ...world, runs: world.runs + 1 }, body) });
  }
  return started;
}

/** Transit keeps no order: any message can arrive next, and may stay in transit to arrive again. */
function arrivals(model: Model, world: World): Transition[] {
  const next = world.transit.filter((message, index) => message !== world.transit[index - 1]);
  return next.flatMap((message) => {
    const queue = [...world.queue, message];
    const arrived = { ...world, queue, transit: without(world.transit, message) };
    const label = `${describeMessage(message)} arrives`;
    if (world.duplicates >= model.duplicates) return [{ label, world: arrived }];
    const again = { ...world, queue, duplicates: world.duplicates + 1 };
    return [
      { label, world: arrived },
      { label: `${label}, and will once more`, world: again },
    ];
  });
}

/** Within DELTA: a message that the ambiguous result has hidden becomes visible only afterwards. */
function lateWriteEnds(world: World): Transition[] {
  if (world.late === nothing) return [];
  const over = { ...world, late: nothing, queue: world.queue.map(unhidden) };
  return [
    {
      label: `the late write lands: OMS holds ${describeContent(world.late)}`,
      world: { ...over, oms: world.late },
    },
    { label: 'the late write never lands', world: over },
  ];
}

const unhidden = (message: Message) =>
  holderOf(message) === holder.hidden ? heldBy(message, holder.none) : message;

function redrives(world: World): Transition[] {
  return world.deadLetters.map((message) => ({
    label: `${describeMessage(message)} is moved back from the dead-letter queue`,
    world: {
      ...world,
      deadLetters: without(world.deadLetters, message),
      queue: [...world.queue, message],
    },
  }));
}

function earlyVisibility(model: Model, world: World): Transition[] {
  if (!model.flaws.visibilityEndsEarly || world.visibilityEnded > 0 || world.first.step === step.idle)
    return [];
  const queue = world.queue.map((message) =>
    holderOf(message) === holder.first ? heldBy(message, holder.none) : message,
  );
  return [
    { label: 'visibility ends while the holder works', world: { ...world, queue, visibilityEnded: 1 } },
  ];
}

/** The queue moves a message to its dead-letter queue without the handler, so body and hash stay. */
function nativeMove(model: Model, world: World): Transition[] {
  const [head, ...others] = world.queue;
  if (!model.flaws.movesNatively || head === undefined || world.deadLettered >= model.deadLettered) return [];
  if (holderOf(head) !== holder.none || receivesOf(head) < 2) return [];
  const deadLetters = [...world.deadLetters, eventCode(head)].sort((a, b) => a - b);
  const moved = { ...world, queue: others, deadLetters, deadLettered: world.deadLettered + 1 };
  return [{ label: `the queue moves ${describeMessage(head)} to its dead-letter queue`, world: moved }];
}

function send(world: World, message: Message): World {
  return { ...world, transit: [...world.transit, message].sort((a, b) => a - b) };
}

/** The list without one copy of this message. */
function without(list: readonly Message[], message: Message): Message[] {
  const index = list.indexOf(message);
  return list.filter((_, each) => each !== index);
}
