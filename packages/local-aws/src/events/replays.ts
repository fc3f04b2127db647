import { type Arns, lastSegment } from '../arns.ts';
import { AwsError, type JsonObject } from '../contract.ts';
import { object, text, texts } from '../fields.ts';
import type { Operation } from '../operations.ts';
import type { Archive, Archives } from './archives.ts';
import { type BusEvent, timeOf } from './bus-event.ts';
import type { Buses } from './buses.ts';

interface Replay {
  readonly name: string;
  readonly archive: Archive;
  /** Event times, epoch milliseconds, `to` excluded. */
  readonly from: number;
  readonly to: number;
  readonly destination: JsonObject;
  state: 'STARTING' | 'RUNNING' | 'COMPLETED' | 'CANCELLED';
  lastReplayed?: number;
}

/** Replays send archived events to their bus again. */
export class Replays {
  readonly #replays = new Map<string, Replay>();
  readonly #archives: Archives;
  readonly #buses: Buses;
  readonly #arns: Arns;

  constructor(archives: Archives, buses: Buses, arns: Arns) {
    this.#archives = archives;
    this.#buses = buses;
    this.#arns = arns;
  }

  operations(): Record<string, Operation> {
    return {
      StartReplay: (input) => this.#start(input),
      DescribeReplay: (input) => this.#shown(this.#get(text(input, 'ReplayName'))),
      CancelReplay: (input) => {
        const replay = this.#get(text(input, 'ReplayName'));
        if (replay.state !== 'COMPLETED') replay.state = 'CANCELLED';
        return this.#shown(replay);
      },
    };
  }

  #start(input: JsonObject): JsonObject {
    const name = text(input, 'ReplayName');
    if (this.#replays.has(name))
      throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
    const archive = this.#archives.get(lastSegment(text(input, 'EventSourceArn')));
    const destination = object(input, 'Destination');
    if (text(destination, 'Arn') !== archive.busArn) {
      throw new AwsError('ValidationException', 'The destination must be the bus of the archive.');
    }
    const from = timeOf(input['EventStartTime']);
    const to = timeOf(input['EventEndTime']);
    if (!(from < to))
      throw new AwsError('ValidationException', 'EventStartTime must be before EventEndTime.');
    const replay: Replay = { name, archive, from, to, destination, state: 'STARTING' };
    this.#replays.set(name, replay);
    const slices = minuteSlices(archive.events.filter((event) => within(event, replay)));
    setImmediate(() => this.#playNext(replay, slices));
    return { ReplayArn: this.#arns.replay(name), State: 'STARTING', ReplayStartTime: Date.now() / 1000 };
  }

  #playNext(replay: Replay, slices: BusEvent[][]): void {
    const slice = slices.shift();
    if (replay.state === 'CANCELLED') return;
    replay.state = slice ? 'RUNNING' : 'COMPLETED';
    if (!slice) return;
    const bus = this.#buses.get(replay.archive.busArn);
    const rules = texts(replay.destination, 'FilterArns');
    for (const event of slice) {
      this.#buses.publish(
        bus,
        { ...event, 'replay-name': replay.name },
        rules.length > 0 ? rules : undefined,
      );
      replay.lastReplayed = Date.parse(event.time) / 1000;
    }
    setImmediate(() => this.#playNext(replay, slices));
  }

  #get(name: string): Replay {
    const replay = this.#replays.get(name);
    if (!replay) throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
    return replay;
  }

  #shown({ name, archive, state, from, to, destination, lastReplayed }: Replay): JsonObject {
    return {
      ReplayName: name,
      ReplayArn: this.#arns.replay(name),
      EventSourceArn: this.#arns.archive(archive.name),
      Destination: destination,
      State: state,
      EventStartTime: from / 1000,
      EventEndTime: to / 1000,
      ...(lastReplayed !== undefined && { EventLastReplayedTime: lastReplayed }),
    };
  }
}

/** Groups events by the minute of their time. */
function minuteSlices(events: readonly BusEvent[]): BusEvent[][] {
  const minuteOf = (event: BusEvent): string => event.time.slice(0, 16);
  const slices = Object.groupBy(events, minuteOf);
  return Object.keys(slices)
    .sort()
    .map((minute) => slices[minute] ?? []);
}

function within(event: BusEvent, { from, to }: Replay): boolean {
  const time = Date.parse(event.time);
  return time >= from && time < to;
}
