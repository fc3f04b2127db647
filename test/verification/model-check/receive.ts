import type { Start } from '../../../lambdas/core/delivery/protocol.ts';
import {
  codeOfEvent,
  describeMessage,
  eventCode,
  eventOf,
  hasBody,
  holder,
  holderOf,
  type Message,
  received,
  receivesOf,
  versionOf,
} from './messages.ts';
import type { Model, Transition } from './model.ts';
import { type Age, contextAt, sentAt } from './moments.ts';
import { noRow, rowOf } from './row.ts';
import { type Invocation, idle, step, type World } from './world.ts';

/** An idle invocation receives a batch, reads the row and decides at the gate. */
export function receptions(model: Model, world: World): Transition[] {
  const slot =
    world.first.step === step.idle ? 'first' : world.second.step === step.idle ? 'second' : undefined;
  if (!slot) return [];
  return handedOut(model, world.queue).flatMap((indexes) => {
    const queue = world.queue.map((message, index) =>
      indexes.includes(index) ? received(message, holder[slot]) : message,
    );
    const taken = indexes.map((index) => queue[index] ?? 0);
    const group = {
      ...idle,
      event: joined(model, taken),
      receives: Math.max(...taken.map(receivesOf)),
      fewestReceives: Math.min(...taken.map(receivesOf)),
      row: model.flaws.rowIsNotRead ? noRow : world.row,
      mapperVersion: world.mapperVersion,
    };
    const label = `${slot} receives ${taken.map((one) => `${describeMessage(one)} (${receivesOf(one)})`).join(' + ')}`;
    return agesOf(model, world, group).map((age) => {
      const start = decide(model, group, age);
      return {
        label: `${label}, ${age}: ${start.step}`,
        world: { ...world, queue, [slot]: started(model, group, start) },
      };
    });
  });
}

/** Positions of the messages that can be received together. */
function handedOut({ flaws, batch }: Model, queue: readonly Message[]): number[][] {
  const all = queue.map((_, index) => index);
  if (flaws.lock === 'customer') return fromHead(queue, all, batch);
  if (flaws.lock === 'customer, bodies apart') {
    const isBody = (index: number) => hasBody(queue[index] ?? 0);
    const [apart, own] = [all.filter(isBody), all.filter((index) => !isBody(index))];
    return [...fromHead(queue, apart, batch), ...fromHead(queue, own, batch)];
  }
  const isFree = (index: number) => holderOf(queue[index] ?? 0) === holder.none;
  if (flaws.lock === 'none') return all.filter(isFree).map((index) => [index]);
  const busy = new Set(all.filter((index) => !isFree(index)).map((index) => versionOf(queue[index] ?? 0)));
  return all.filter((index) => !busy.has(versionOf(queue[index] ?? 0))).map((index) => [index]);
}

/** A FIFO group: nothing while one of its messages is in flight or hidden, else one or more of the oldest, in order. */
function fromHead(queue: readonly Message[], group: readonly number[], batch: number): number[][] {
  if (group.some((index) => holderOf(queue[index] ?? 0) !== holder.none)) return [];
  return Array.from({ length: Math.min(batch, group.length) }, (_, n) => group.slice(0, n + 1));
}

function joined({ rules }: Model, taken: readonly Message[]): number {
  const [first, ...others] = taken.map((message) => eventOf(message));
  if (!first) throw new RangeError('nothing received');
  return eventCode(codeOfEvent(others.reduce(rules.collapse, first)));
}

/** Only ages that can change the decision. */
function agesOf(model: Model, world: World, group: Invocation): Age[] {
  return [
    'young',
    ...(hasBody(group.event) ? (['a day'] as const) : []),
    ...(world.deadLettered < model.deadLettered ? (['older'] as const) : []),
  ];
}

function decide({ rules }: Model, group: Invocation, age: Age): Start {
  const work = { event: eventOf(group.event), receives: group.receives, sentAt };
  return rules.decideStart(work, rowOf(group.row), contextAt(age, group.mapperVersion));
}

function started(model: Model, group: Invocation, start: Start): Invocation {
  if (start.step === 'superseded') return ended(model, group);
  if (start.step === 'give-up') return { ...group, step: step.note };
  if (start.step === 'delete') return { ...group, step: step.remove };
  if (start.step === 'fetch') return { ...group, step: step.read };
  const event = eventOf(group.event);
  const isUsable = event.version >= model.rules.sourceFloor(event, rowOf(group.row));
  return isUsable ? withVersion(model, group, event.version, true) : { ...group, step: step.read };
}

/** A source version was read: the write is next. */
export function withVersion(model: Model, group: Invocation, version: number, isSoft: boolean): Invocation {
  const next = model.flaws.commitsFirst ? step.commit : step.write;
  return { ...group, step: next, version, isSoft: isSoft ? 1 : 0 };
}

/** Ends without a commit. */
export function ended({ rules }: Model, group: Invocation): Invocation {
  const work = { event: eventOf(group.event), receives: group.receives, sentAt };
  const mustForget = rules.mustForgetHash(work, rowOf(group.row));
  return { ...group, step: mustForget ? step.forget : step.acknowledge };
}
