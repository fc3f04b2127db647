import type { Arns } from '../arns.ts';
import { AwsError, type JsonObject } from '../contract.ts';
import { optionalText, text } from '../fields.ts';
import type { Operation } from '../operations.ts';

interface PartnerSource {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  state: 'PENDING' | 'ACTIVE' | 'DELETED';
}

/**
 * Event sources of SaaS partners. A source is PENDING until a bus of the same name is created, and ACTIVE
 * while the bus exists. When the partner deletes a source with a bus, it stays as DELETED.
 */
export class PartnerSources {
  readonly #sources = new Map<string, PartnerSource>();
  readonly #arns: Arns;

  constructor(arns: Arns) {
    this.#arns = arns;
  }

  create(name: string): string {
    if (!name.startsWith('aws.partner/')) {
      throw new AwsError('ValidationException', `Partner event source ${name} must begin with aws.partner/`);
    }
    const known = this.#sources.get(name);
    // A deleted source keeps its bus, so a new source with its name is PENDING until it has a new bus.
    if (known && known.state !== 'DELETED') {
      throw new AwsError('ResourceAlreadyExistsException', `Partner event source ${name} already exists.`);
    }
    const source: PartnerSource = {
      name,
      arn: this.#arns.eventSource(name),
      createdAt: Date.now() / 1000,
      state: 'PENDING',
    };
    this.#sources.set(name, source);
    return source.arn;
  }

  remove(name: string): void {
    const source = this.#sources.get(name);
    if (source?.state === 'ACTIVE') source.state = 'DELETED';
    else this.#sources.delete(name);
  }

  /** Called when the bus of the source is created. Throws unless the source is PENDING. */
  associate(name: string): void {
    const source = this.#get(name);
    if (source.state !== 'PENDING') {
      throw new AwsError('InvalidStateException', `Event source ${name} is ${source.state}, not PENDING.`);
    }
    source.state = 'ACTIVE';
  }

  /** Called when the bus of the source is deleted. */
  release(name: string): void {
    const source = this.#sources.get(name);
    if (source?.state === 'ACTIVE') source.state = 'PENDING';
    if (source?.state === 'DELETED') this.#sources.delete(name);
  }

  isActive(name: string): boolean {
    return this.#sources.get(name)?.state === 'ACTIVE';
  }

  describe(name: string): JsonObject {
    return shown(this.#get(name));
  }

  list(prefix: string): JsonObject[] {
    return [...this.#sources.values()].filter(({ name }) => name.startsWith(prefix)).map(shown);
  }

  #get(name: string): PartnerSource {
    const source = this.#sources.get(name);
    if (!source) throw new AwsError('ResourceNotFoundException', `Event source ${name} does not exist.`);
    return source;
  }
}

/** The operations of partners (Create and DeletePartnerEventSource) and of their customers. */
export function sourceOperations(sources: PartnerSources): Record<string, Operation> {
  return {
    CreatePartnerEventSource: (input) => ({ EventSourceArn: sources.create(text(input, 'Name')) }),
    DeletePartnerEventSource: (input) => {
      sources.remove(text(input, 'Name'));
      return {};
    },
    DescribeEventSource: (input) => sources.describe(text(input, 'Name')),
    ListEventSources: (input) => ({ EventSources: sources.list(optionalText(input, 'NamePrefix') ?? '') }),
  };
}

function shown({ name, arn, createdAt, state }: PartnerSource): JsonObject {
  const CreatedBy = name.split('/').slice(0, 2).join('/');
  return { Name: name, Arn: arn, CreatedBy, CreationTime: createdAt, State: state };
}
