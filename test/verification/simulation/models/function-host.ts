import type { Sim } from '../kernel/sim.ts';
import { type Environment, type FunctionName, Invocation } from './invocation.ts';

/** Largest difference between clocks of environments: below every overlap and wait of the protocol. */
const LARGEST_SKEW = 30_000;

export interface Started {
  readonly invocation: Invocation;
  /** Further random faults of the invocation. */
  readonly fault: 'answer-lost' | undefined;
  /** It returned: its environment may serve the next invocation. */
  free(): void;
}

/** The execution environments of one Lambda function, for every kind of invocation. */
export class FunctionHost {
  readonly name: FunctionName;
  readonly timeoutMs: number;
  invocations = 0;
  readonly #sim: Sim;
  readonly #idle: Environment[] = [];
  #environments = 0;

  constructor(sim: Sim, { name, timeoutMs }: { name: FunctionName; timeoutMs: number }) {
    this.#sim = sim;
    this.name = name;
    this.timeoutMs = timeoutMs;
  }

  /** Answers undefined if the environment could not be created; also calls `onCrash` then. */
  start(what: string, onCrash: () => void): Started | undefined {
    const { faults, kernel, random, trace } = this.#sim;
    const fault = faults.draw('invocation');
    const environment =
      fault === 'cold-start' ? this.#newEnvironment() : (this.#idle.pop() ?? this.#newEnvironment());
    const number = ++this.invocations;
    trace.note('invoke', `${this.name}#${number}`, what);
    const { name, timeoutMs } = this;
    const invocation = new Invocation(this.#sim, { number, function: name, environment, timeoutMs }, onCrash);
    for (const release of environment.frozen.splice(0)) release();
    if (fault === 'init-failed') {
      invocation.crash('init-failed');
      return undefined;
    }
    if (fault === 'out-of-memory') kernel.after(random.integer(0, 2_000), () => invocation.crash(fault));
    kernel.at(invocation.endsAt, () => invocation.crash('timeout'));
    return {
      invocation,
      fault: fault === 'answer-lost' ? fault : undefined,
      free: () => this.#idle.push(environment),
    };
  }

  #newEnvironment(): Environment {
    const { faults, random } = this.#sim;
    const fault = faults.draw('clock');
    const skewMs = fault === undefined ? 0 : random.integer(1, LARGEST_SKEW) * (fault === 'ahead' ? 1 : -1);
    return { number: ++this.#environments, frozen: [], memory: new Map(), skewMs };
  }
}
