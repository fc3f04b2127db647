import type { Arns } from '../arns.ts';
import { AwsError, type JsonObject } from '../contract.ts';
import { optionalNumber, optionalText, text } from '../fields.ts';
import type { Operation } from '../operations.ts';
import type { BusEvent } from './bus-event.ts';
import type { Buses } from './buses.ts';
import { compilePattern, type EventPattern } from './event-pattern.ts';

export interface Archive {
  readonly name: string;
  readonly busArn: string;
  readonly matches: EventPattern;
  readonly createdAt: number;
  /** Has no effect: events stay until the process ends. */
  readonly retentionDays: number;
  readonly events: BusEvent[];
}

/** Archives store the events of a bus that match a pattern. */
export class Archives {
  readonly #archives = new Map<string, Archive>();
  readonly #buses: Buses;
  readonly #arns: Arns;

  constructor(buses: Buses, arns: Arns) {
    this.#buses = buses;
    this.#arns = arns;
    buses.listen((bus, event) => {
      // The archive has replayed events already.
      if (event['replay-name'] !== undefined) return;
      for (const archive of this.#archives.values()) {
        if (archive.busArn === bus.arn && archive.matches(event)) archive.events.push(event);
      }
    });
  }

  /** Throws ResourceNotFoundException. */
  get(name: string): Archive {
    const archive = this.#archives.get(name);
    if (!archive) throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
    return archive;
  }

  operations(): Record<string, Operation> {
    return {
      CreateArchive: (input) => this.#create(input),
      DescribeArchive: (input) => this.#shown(this.get(text(input, 'ArchiveName'))),
      DeleteArchive: (input) => {
        this.#archives.delete(this.get(text(input, 'ArchiveName')).name);
        return {};
      },
      ListArchives: () => ({ Archives: [...this.#archives.values()].map((archive) => this.#shown(archive)) }),
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
}
