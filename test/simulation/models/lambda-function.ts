import type { MetricName } from '../../../lambdas/core/ports/metrics.ts';
import type { QueueRecord } from '../../../lambdas/runtime/fifo-batch.ts';
import type { Sim } from '../kernel/sim.ts';
import { Violation } from '../kernel/violation.ts';
import { type Environment, type FunctionName, Invocation } from './invocation.ts';
import { type Message, type PolledQueue, toRecord } from './message.ts';

export interface LambdaOptions {
  readonly name: FunctionName;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** How long the mapping gathers a batch. */
  readonly windowMs: number;
}

export type Work = (
  records: readonly QueueRecord[],
  invocation: Invocation,
) => Promise<readonly QueueRecord[]>;

/** What one finished invocation did with its records. */
export interface Finished {
  readonly function: FunctionName;
  readonly records: readonly QueueRecord[];
  readonly back: readonly QueueRecord[];
  readonly counts: ReadonlyMap<MetricName, number>;
}

const places = {
  listener: { receive: 'ingest-receive', delete: 'ingest-delete' },
  router: { receive: 'route-receive', delete: 'route-delete' },
  handler: { receive: 'fifo-receive', delete: 'fifo-delete' },
} as const;

/** A Lambda function behind an SQS mapping: environments, concurrency, batches, crashes, timeouts. */
export class LambdaFunction {
  readonly name: FunctionName;
  isPaused = false;
  invocations = 0;
  /** Records given to invocations, whatever became of them. */
  delivered = 0;
  onFinished: (finished: Finished) => void = () => {};
  readonly #sim: Sim;
  readonly #options: LambdaOptions;
  readonly #queue: PolledQueue;
  readonly #work: Work;
  readonly #idle: Environment[] = [];
  #running = 0;
  #environments = 0;
  #pollAt = Number.POSITIVE_INFINITY;

  constructor(sim: Sim, options: LambdaOptions, queue: PolledQueue, work: Work) {
    this.#sim = sim;
    this.#options = options;
    this.#queue = queue;
    this.#work = work;
    this.name = options.name;
    queue.onChange = () => this.wake();
  }

  /** Looks at the queue as soon as there is something to receive. */
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
    const fault = faults.draw('invocation');
    this.#running++;
    const environment =
      fault === 'cold-start' ? this.#newEnvironment() : (this.#idle.pop() ?? this.#newEnvironment());
    const number = ++this.invocations;
    this.delivered += messages.length;
    trace.note('invoke', `${this.name}#${number}`, messages.length, messages[0]?.id ?? '');
    let hasEnded = false;
    const end = () => {
      if (hasEnded) return;
      hasEnded = true;
      this.#running--;
      this.wake();
    };
    const invocation = new Invocation(
      this.#sim,
      { number, function: this.name, environment, timeoutMs: this.#options.timeoutMs },
      () => end(),
    );
    for (const release of environment.frozen.splice(0)) release();
    if (fault === 'init-failed') {
      invocation.crash('init-failed');
      return;
    }
    if (fault === 'out-of-memory')
      this.#sim.kernel.after(this.#sim.random.integer(0, 2_000), () => invocation.crash(fault));
    const records = messages.map(toRecord);
    this.#sim.kernel.at(invocation.endsAt, () => invocation.crash('timeout'));
    this.#work(records, invocation).then(
      (back) => {
        if (!invocation.isAlive || invocation.diesNow()) return;
        this.#finish(invocation, records, back, fault === 'answer-lost');
        this.#idle.push(environment);
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
    invocation: Invocation,
    records: readonly QueueRecord[],
    back: readonly QueueRecord[],
    isAnswerLost: boolean,
  ): void {
    const { trace, faults, violate } = this.#sim;
    invocation.isAlive = false;
    invocation.hasReturned = true;
    if (invocation.pending > 0)
      violate(new Violation('A3', `${this.name} returned with ${invocation.pending} requests pending`));
    this.onFinished({ function: this.name, records, back, counts: invocation.counts });
    trace.note('return', `${this.name}#${invocation.number}`, records.length - back.length, back.length);
    if (isAnswerLost) return;
    const failed = new Set(back.map(({ messageId }) => messageId));
    for (const { messageId, receiptHandle } of records) {
      if (failed.has(messageId)) continue;
      if (faults.draw(places[this.name].delete)) trace.note('delete-lost', messageId);
      else this.#queue.remove(messageId, receiptHandle);
    }
  }

  #newEnvironment(): Environment {
    return { number: ++this.#environments, frozen: [], memory: new Map() };
  }
}
