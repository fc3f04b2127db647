import { randomUUID } from 'node:crypto';
import { type Arns, lastSegment } from '../arns.ts';
import { AwsError, type JsonObject } from '../contract.ts';
import { object, optionalNumber, optionalText, parseObject, text } from '../fields.ts';
import type { Fauxqs } from './fauxqs.ts';
import { addressOf, type MoveTask, runMoveTask } from './move-task.ts';

/** The tasks that move messages out of dead-letter queues (redrive). */
export class MessageMoves {
  readonly #fauxqs: Fauxqs;
  readonly #arns: Arns;
  readonly #tasks: MoveTask[] = [];

  constructor(fauxqs: Fauxqs, arns: Arns) {
    this.#fauxqs = fauxqs;
    this.#arns = arns;
  }

  /** Names of the queues that use this dead-letter queue. */
  async sourcesOf(deadLetterArn: string): Promise<string[]> {
    const sources: string[] = [];
    for (const name of await this.#fauxqs.queueNames()) {
      const answer = await this.#fauxqs.send('GetQueueAttributes', {
        ...addressOf(name),
        AttributeNames: ['RedrivePolicy'],
      });
      const policy = optionalText(object(answer, 'Attributes'), 'RedrivePolicy');
      if (policy && parseObject(policy, 'RedrivePolicy')['deadLetterTargetArn'] === deadLetterArn)
        sources.push(name);
    }
    return sources;
  }

  async start(input: JsonObject): Promise<JsonObject> {
    const sourceArn = text(input, 'SourceArn');
    const sources = await this.sourcesOf(sourceArn);
    if (sources.length === 0) throw unsupported(`${sourceArn} is not the dead-letter queue of any queue`);
    if (this.#tasks.some((task) => task.sourceArn === sourceArn && task.status === 'RUNNING')) {
      throw unsupported(
        'There is already a task running. Only one active task is allowed for a source queue arn.',
      );
    }
    const destinationArn = optionalText(input, 'DestinationArn') ?? this.#onlySource(sources);
    if (sourceArn.endsWith('.fifo') !== destinationArn.endsWith('.fifo'))
      throw unsupported('Source and destination must have the same type');
    // Throws now when the destination does not exist.
    await this.#fauxqs.send('GetQueueUrl', { QueueName: lastSegment(destinationArn) });
    const task: MoveTask = {
      handle: randomUUID(),
      sourceArn,
      destinationArn,
      perSecond: optionalNumber(input, 'MaxNumberOfMessagesPerSecond') ?? Number.POSITIVE_INFINITY,
      startedAt: Date.now(),
      toMove: await this.#depth(sourceArn),
      moved: 0,
      status: 'RUNNING',
    };
    this.#tasks.unshift(task);
    void runMoveTask(task, this.#fauxqs);
    return { TaskHandle: task.handle };
  }

  list(sourceArn: string): JsonObject {
    const tasks = this.#tasks.filter((task) => task.sourceArn === sourceArn).slice(0, 10);
    return {
      Results: tasks.map((task) => ({
        ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
        Status: task.status,
        SourceArn: task.sourceArn,
        DestinationArn: task.destinationArn,
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        StartedTimestamp: task.startedAt,
        ...(Number.isFinite(task.perSecond) && { MaxNumberOfMessagesPerSecond: task.perSecond }),
        ...(task.failureReason && { FailureReason: task.failureReason }),
      })),
    };
  }

  cancel(handle: string): JsonObject {
    const task = this.#tasks.find((candidate) => candidate.handle === handle);
    if (!task) throw new AwsError('ResourceNotFoundException', 'Task does not exist.', { status: 404 });
    if (task.status !== 'RUNNING') throw unsupported('Only active tasks can be cancelled.');
    task.status = 'CANCELLING';
    return { ApproximateNumberOfMessagesMoved: task.moved };
  }

  async #depth(arn: string): Promise<number> {
    const { ready, delayed, inflight } = await this.#fauxqs.inspect(lastSegment(arn));
    return ready.length + delayed.length + inflight.length;
  }

  /** AWS returns each message to its source queue. Here that queue is only known when there is just one. */
  #onlySource(sources: readonly string[]): string {
    const [source, ...others] = sources;
    if (source === undefined || others.length > 0)
      throw unsupported('DestinationArn is needed here, because several queues use this dead-letter queue');
    return this.#arns.queue(source);
  }
}

function unsupported(reason: string): AwsError {
  return new AwsError('UnsupportedOperation', reason);
}
