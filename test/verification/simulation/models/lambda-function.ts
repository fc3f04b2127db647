import type { MetricName } from '../../../../lambdas/core/base/ports/metrics.ts';
import type { QueueRecord } from '../../../../lambdas/runtime/lambda/queue-record.ts';
import type { Sim } from '../kernel/sim.ts';
import { Violation } from '../kernel/violation.ts';
import { FunctionHost, type Started } from './function-host.ts';
import type { Invocation } from './invocation.ts';
import { type Message, type PolledQueue, toRecord } from './message.ts';

/** Functions that poll a queue. */
export type PollingName = keyof typeof places;

export interface LambdaOptions {
  readonly name: PollingName;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** How long the event source mapping gathers a batch. */
  readonly windowMs: number;
}

export type Work = (
  records: readonly QueueRecord[],
  invocation: Invocation,
) => Promise<readonly QueueRecord[]>;

/** The result of one finished invocation for its records. */
export interface Finished {
  readonly function: PollingName;
  readonly records: readonly QueueRecord[];
  readonly back: readonly QueueRecord[];
  readonly counts: ReadonlyMap<MetricName, number>;
}

const places = {
  listener: { receive: 'ingest-receive', delete: 'ingest-delete' },
  router: { receive: 'route-receive', delete: 'route-delete' },
  handler: { receive: 'fifo-receive', delete: 'fifo-delete' },
  feeder: { receive: 'ticks-receive', delete: 'ticks-delete' },
} as const;

/** A Lambda function behind an SQS event source mapping: concurrency, batches, crashes, timeouts. */
export class LambdaFunction {
  readonly name: PollingName;
  readonly host: FunctionHost;
  /** The mapping is disabled. */
  isPaused = false;
  /** Records given to invocations, with any result. */
  delivered = 0;
  onFinished: (finished: Finished) => void = () => {};
  /** An invocation begins: the mapping delivered a batch. */
  onDelivered: () => void = () => {};
  readonly #sim: Sim;
  readonly #options: LambdaOptions;
  readonly #queue: PolledQueue;
  readonly #work: Work;
  #running = 0;
  #pollAt = Number.POSITIVE_INFINITY;

  constructor(sim: Sim, options: LambdaOptions, queue: PolledQueue, work: Work) {
    this.#sim = sim;
    this.#options = options;
    this.#queue = queue;
    this.#work = work;
    this.name = options.name;
    this.host = new FunctionHost(sim, options);
    queue.onChange = () => this.wake();
  }

  /** Polls the queue as soon as a message can be received. */
  wake(): void {
    if (this.isPaused || this.#running >= this.#options.concurrency) return;
    const visibleAt = this.#queue.nextVisibleAt();
    if (visibleAt === undefined) return;
    const at = Math.max(visibleAt, this.#sim.kernel.now) + this.#options.windowMs;
    if (at >= this.#pollAt) return;
    this.#pollAt = at;
    this.#sim.kernel.at(at, () => {
      if (this.#pollAt !== at) return;
      this.#pollAt = Number.POSITIVE_INFINITY;
      this.#poll();
    });
  }

  #poll(): void {
    if (this.isPaused || this.#running >= this.#options.concurrency) return;
    const messages = this.#queue.receive(this.#options.batchSize);
    if (messages.length > 0) this.#deliver(messages);
    this.wake();
  }

  #deliver(messages: readonly Message[]): void {
    const { faults, trace } = this.#sim;
    if (faults.draw(places[this.name].receive)) {
      trace.note('receive-lost', this.name, messages.length);
      return;
    }
    this.#running++;
    this.delivered += messages.length;
    this.onDelivered();
    let hasEnded = false;
    const end = () => {
      if (hasEnded) return;
      hasEnded = true;
      this.#running--;
      this.wake();
    };
    const started = this.host.start(`${messages.length} ${messages[0]?.id ?? ''}`, end);
    if (started) this.#run(started, messages, end);
  }

  #run(started: Started, messages: readonly Message[], end: () => void): void {
    const { invocation } = started;
    const records = messages.map(toRecord);
    this.#work(records, invocation).then(
      (back) => {
        if (!invocation.isAlive || invocation.diesNow()) return;
        this.#finish(started, records, back);
        started.free();
        end();
      },
      (error: unknown) => {
        if (!invocation.isAlive) return;
        this.#sim.violate(
          new Violation(
            'CRASH',
            `${this.name} threw ${error instanceof Error ? error.stack : String(error)}`,
          ),
        );
        invocation.crash('threw');
      },
    );
  }

  #finish(
    { invocation, fault }: Started,
    records: readonly QueueRecord[],
    back: readonly QueueRecord[],
  ): void {
    const { trace, faults } = this.#sim;
    invocation.end();
    this.onFinished({ function: this.name, records, back, counts: invocation.counts });
    trace.note('return', `${this.name}#${invocation.number}`, records.length - back.length, back.length);
    if (fault === 'answer-lost') return;
    const failed = new Set(back.map(({ messageId }) => messageId));
    for (const { messageId, receiptHandle } of records) {
      if (failed.has(messageId)) continue;
      if (faults.draw(places[this.name].delete)) trace.note('delete-lost', messageId);
      else this.#queue.remove(messageId, receiptHandle);
    }
  }
}
