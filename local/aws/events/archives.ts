import type { Arns } from '../arns.ts';
import { lastSegment } from '../arns.ts';
import { object, optionalNumber, optionalText, text, texts } from '../fields.ts';
import type { Operation } from '../operations.ts';
import { AwsError, type JsonObject } from '../parts.ts';
import { type BusEvent, timeOf } from './bus-event.ts';
import type { Buses } from './buses.ts';
import { compilePattern, type EventPattern } from './event-pattern.ts';

interface Archive {
  readonly name: string;
  readonly busArn: string;
  readonly matches: EventPattern;
  readonly createdAt: number;
  /** Recorded only: nothing is forgotten while the process lives. */
  readonly retentionDays: number;
  readonly events: BusEvent[];
}

interface Replay {
  readonly name: string;
  readonly archiveArn: string;
  readonly from: number;
  readonly to: number;
  readonly destination: JsonObject;
  state: 'STARTING' | 'RUNNING' | 'COMPLETED' | 'CANCELLED';
  lastReplayed?: number;
}

/** Keeps the events of a bus, and plays them again onto it. */
export class Archives {
  readonly #archives = new Map<string, Archive>();
  readonly #replays = new Map<string, Replay>();
  readonly #buses: Buses;
  readonly #arns: Arns;

  constructor(buses: Buses, arns: Arns) {
    this.#buses = buses;
    this.#arns = arns;
    buses.listen((bus, event) => {
      // A replayed event is in the archive already.
      if (event['replay-name'] !== undefined) return;
      for (const archive of this.#archives.values()) {
        if (archive.busArn === bus.arn && archive.matches(event)) archive.events.push(event);
      }
    });
  }

  operations(): Record<string, Operation> {
    return {
      CreateArchive: (input) => this.#create(input),
      DescribeArchive: (input) => this.#shown(this.#get(text(input, 'ArchiveName'))),
      DeleteArchive: (input) => {
        this.#archives.delete(this.#get(text(input, 'ArchiveName')).name);
        return {};
      },
      ListArchives: () => ({ Archives: [...this.#archives.values()].map((archive) => this.#shown(archive)) }),
      StartReplay: (input) => this.#start(input),
      DescribeReplay: (input) => this.#shownReplay(text(input, 'ReplayName')),
      CancelReplay: (input) => {
        const replay = this.#replay(text(input, 'ReplayName'));
        if (replay.state !== 'COMPLETED') replay.state = 'CANCELLED';
        return this.#shownReplay(replay.name);
      },
    };
  }

  #create(input: JsonObject): JsonObject {
    const name = text(input, 'ArchiveName');
    if (this.#archives.has(name))
      throw new AwsError('ResourceAlreadyExistsException', `Archive ${name} already exists.`);
    const pattern = optionalText(input, 'EventPattern');
    const archive: Archive = {
      name,
      busArn: this.#buses.get(text(input, 'EventSourceArn')).arn,
      matches: pattern ? compilePattern(pattern) : () => true,
      createdAt: Date.now() / 1000,
      retentionDays: optionalNumber(input, 'RetentionDays') ?? 0,
      events: [],
    };
    this.#archives.set(name, archive);
    return { ArchiveArn: this.#arns.archive(name), State: 'ENABLED', CreationTime: archive.createdAt };
  }

  #start(input: JsonObject): JsonObject {
    const name = text(input, 'ReplayName');
    if (this.#replays.has(name))
      throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
    const archive = this.#get(lastSegment(text(input, 'EventSourceArn')));
    const destination = object(input, 'Destination');
    if (text(destination, 'Arn') !== archive.busArn) {
      throw new AwsError('ValidationException', 'A replay goes to the bus that its archive was made from.');
    }
    const from = timeOf(input['EventStartTime']);
    const to = timeOf(input['EventEndTime']);
    if (!(from < to))
      throw new AwsError('ValidationException', 'EventStartTime must be before EventEndTime.');
    const replay: Replay = {
      name,
      archiveArn: this.#arns.archive(archive.name),
      from,
      to,
      destination,
      state: 'STARTING',
    };
    this.#replays.set(name, replay);
    setImmediate(() => this.#run(replay, archive));
    return { ReplayArn: this.#arns.replay(name), State: 'STARTING', ReplayStartTime: Date.now() / 1000 };
  }

  /** By event time in slices of a minute; inside a slice the order is not promised. */
  #run(replay: Replay, archive: Archive): void {
    const inTime = archive.events.filter((event) => within(event, replay));
    const slices = Object.groupBy(inTime, (event) =>
      String(Math.floor(Date.parse(event.time) / 60_000)).padStart(12, '0'),
    );
    const minutes = Object.keys(slices).sort();
    const only = texts(replay.destination, 'FilterArns');
    const bus = this.#buses.get(archive.busArn);
    const next = (): void => {
      const slice = slices[minutes.shift() ?? ''];
      if (replay.state === 'CANCELLED') return;
      replay.state = slice ? 'RUNNING' : 'COMPLETED';
      for (const event of slice ?? []) {
        this.#buses.publish(
          bus,
          { ...event, 'replay-name': replay.name },
          only.length > 0 ? only : undefined,
        );
        replay.lastReplayed = Date.parse(event.time) / 1000;
      }
      if (slice) setImmediate(next);
    };
    next();
  }

  #get(name: string): Archive {
    const archive = this.#archives.get(name);
    if (!archive) throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
    return archive;
  }

  #replay(name: string): Replay {
    const replay = this.#replays.get(name);
    if (!replay) throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
    return replay;
  }

  #shown({ name, busArn, createdAt, retentionDays, events }: Archive): JsonObject {
    return {
      ArchiveName: name,
      ArchiveArn: this.#arns.archive(name),
      EventSourceArn: busArn,
      State: 'ENABLED',
      RetentionDays: retentionDays,
      EventCount: events.length,
      SizeBytes: events.reduce((sum, event) => sum + JSON.stringify(event).length, 0),
      CreationTime: createdAt,
    };
  }

  #shownReplay(name: string): JsonObject {
    const { archiveArn, state, from, to, destination, lastReplayed } = this.#replay(name);
    return {
      ReplayName: name,
      ReplayArn: this.#arns.replay(name),
      EventSourceArn: archiveArn,
      Destination: destination,
      State: state,
      EventStartTime: from / 1000,
      EventEndTime: to / 1000,
      ...(lastReplayed !== undefined && { EventLastReplayedTime: lastReplayed }),
    };
  }
}

function within(event: BusEvent, { from, to }: Replay): boolean {
  const time = Date.parse(event.time);
  return time >= from && time < to;
}
