import type { ConnectorError } from '../../../../lambdas/core/base/errors.ts';
import type { MetricName } from '../../../../lambdas/core/base/ports/metrics.ts';
import type { Sim } from '../kernel/sim.ts';
import { Violation } from '../kernel/violation.ts';

export type FunctionName = 'listener' | 'router' | 'handler' | 'feeder' | 'caretaker' | 'control';

/** An execution environment: the state that survives between invocations. */
export interface Environment {
  readonly number: number;
  /** Requests that an invocation left pending; they are sent when the environment is thawed. */
  readonly frozen: (() => void)[];
  readonly memory: Map<string, unknown>;
  /** Difference between its clock and the true time, milliseconds. */
  readonly skewMs: number;
}

/** The course of one request: when it takes effect, when it is answered, and the result. */
export interface Fate {
  /** Milliseconds; undefined = it never takes effect. */
  readonly effectAfter?: number | undefined;
  /** Milliseconds; undefined = it is never answered. */
  readonly answerAfter: number | undefined;
  readonly error?: ConnectorError | undefined;
}

/** Share of the timeout after which every outside request is aborted (runtime/create-handler.ts). */
const TIME_FOR_REQUESTS = 0.85;

/** Requests that the next invocation may still send without harm, because they only read. */
const harmless =
  /^(read|list|look|query|get|is-|scan|count|find|ask|open|planned|entr|report|groups|items|by|subscription|queue-depth|ping|inspect)/;

/** A new promise for each call: waiting for a shared one would keep the whole world of a schedule in memory. */
const never = () => new Promise<never>(() => {});

/** One invocation of a Lambda function with one batch. A crashed one never receives an answer again. */
export class Invocation {
  readonly number: number;
  readonly function: FunctionName;
  readonly environment: Environment;
  readonly endsAt: number;
  readonly abortsAt: number;
  readonly counts = new Map<MetricName, number>();
  isAlive = true;
  /** It answers a request or runs the caretaker: its reads may stay pending. */
  isAnswering = false;
  hasReturned = false;
  /** Pending requests, by operation. */
  readonly pending: { readonly what: string }[] = [];
  readonly #sim: Sim;
  readonly #onCrash: (how: string) => void;
  #isDoomed = false;

  constructor(
    sim: Sim,
    start: { number: number; function: FunctionName; environment: Environment; timeoutMs: number },
    onCrash: (how: string) => void,
  ) {
    this.#sim = sim;
    this.#onCrash = onCrash;
    this.number = start.number;
    this.function = start.function;
    this.environment = start.environment;
    this.endsAt = sim.kernel.now + start.timeoutMs;
    this.abortsAt = sim.kernel.now + Math.floor(start.timeoutMs * TIME_FOR_REQUESTS);
  }

  /** The time on the clock of this environment. */
  get now(): number {
    return this.#sim.kernel.now + this.environment.skewMs;
  }

  crash(how: string): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#sim.trace.note('crash', `${this.function}#${this.number}`, how);
    this.#onCrash(how);
  }

  /** It returned; no request of the delivery path may be pending any more (A3). */
  end(): void {
    this.isAlive = false;
    this.hasReturned = true;
    if (this.pending.length === 0) return;
    const names = this.pending.map(({ what }) => what).join(', ');
    if (this.isAnswering) this.#sim.reach.hit(`${this.function}: a read was left pending`);
    if (!this.isAnswering || this.pending.some(({ what }) => !harmless.test(what)))
      this.#sim.violate(new Violation('A3', `${this.function} returned while it waited for ${names}`));
  }

  /** Whether the process must die after the last answer. */
  diesNow(): boolean {
    if (!this.#isDoomed) return false;
    this.crash('after-answer');
    return true;
  }

  /**
   * One port call with its three instants: before the effect, between effect and answer, after the answer. A request of
   * a process that died still takes effect.
   */
  call<T>(what: string, fate: Fate, effect: () => T | Promise<T>): Promise<T> {
    if (!this.isAlive || this.diesNow()) return never();
    const { kernel, trace } = this.#sim;
    const cut = this.#cut();
    if (cut === 'crash-before-effect') {
      this.crash(`before ${what}`);
      return never();
    }
    if (cut === 'hang') {
      trace.note('hang', what);
      return never();
    }
    if (cut === 'crash-in-flight') {
      // The process is gone, but its request takes effect within DELTA.
      kernel.after(this.#sim.random.integer(0, 59_000), effect);
      this.crash(`with ${what} in flight`);
      return never();
    }
    const request = { what };
    this.pending.push(request);
    return new Promise((resolve, reject) => {
      let result: T | Promise<T> | undefined;
      let refusal: unknown;
      const takeEffect = () => {
        if (this.hasReturned && this.pending.includes(request)) {
          this.environment.frozen.push(effect);
          return;
        }
        try {
          result = effect();
        } catch (error) {
          refusal = error;
        }
        if (cut === 'crash-after-effect') this.crash(`after the effect of ${what}`);
      };
      const answer = () => {
        this.pending.splice(this.pending.indexOf(request), 1);
        if (!this.isAlive) return;
        if (cut === 'crash-after-effect') this.crash(`before the answer of ${what}`);
        if (!this.isAlive) return;
        if (cut === 'crash-after-answer') this.#isDoomed = true;
        if (fate.error ?? refusal) reject(fate.error ?? refusal);
        else resolve(result as T | Promise<T>);
      };
      const { effectAfter, answerAfter } = fate;
      if (effectAfter !== undefined && effectAfter === answerAfter) {
        kernel.after(effectAfter, () => {
          takeEffect();
          answer();
        });
        return;
      }
      if (effectAfter !== undefined) kernel.after(effectAfter, takeEffect);
      if (answerAfter !== undefined) kernel.after(answerAfter, answer);
    });
  }

  #cut() {
    const { cuts, faults } = this.#sim;
    // The caretaker runs again in a minute; its crashes are drawn, not enumerated.
    if (this.function === 'caretaker') return faults.draw('caretaker');
    const first = cuts.passed;
    cuts.passed += 3;
    if (cuts.crashAt) {
      if (cuts.crashAt.has(first)) return 'crash-before-effect';
      if (cuts.crashAt.has(first + 1)) return 'crash-after-effect';
      if (cuts.crashAt.has(first + 2)) return 'crash-after-answer';
    }
    if (!faults.isOn) return undefined;
    return faults.draw(this.function);
  }
}
