import type { IntakeSwitches } from '../../../../lambdas/core/operations/ports/intake-switches.ts';
import type { Sim } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { Invocation } from './invocation.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** A change of a mapping takes effect within this time; until then AWS refuses another change. */
const LONGEST_CHANGE_MS = 60_000;
const LATEST_KEPT_MS = 600_000;

/** The event source mapping of the handler queue, and the rule and archive of the partner bus, as in AWS. */
export class AwsSwitches {
  isIntakeEnabled = true;
  /** The requested state of the mapping, which takes effect a little later. */
  isConsuming = true;
  readonly #archive: { readonly at: number; readonly keptAt: number; readonly body: string }[] = [];
  readonly #sim: Sim;
  readonly #handlers: () => readonly LambdaFunction[];
  readonly #replays = new Set<string>();
  #changesUntil = 0;

  constructor(sim: Sim, handlers: () => readonly LambdaFunction[]) {
    this.#sim = sim;
    this.#handlers = handlers;
  }

  /** Whether an earlier change of the mapping is still in progress. */
  get isChanging(): boolean {
    return this.#changesUntil > this.#sim.kernel.now;
  }

  setConsuming(isConsuming: boolean): void {
    const { kernel, random, trace } = this.#sim;
    trace.note('mapping', isConsuming ? 'on' : 'off');
    this.isConsuming = isConsuming;
    const after = random.integer(500, LONGEST_CHANGE_MS);
    this.#changesUntil = kernel.now + after;
    kernel.after(after, () => {
      // A deployment may have changed it again in the meantime.
      if (this.isConsuming !== isConsuming) return;
      for (const handler of this.#handlers()) {
        handler.isPaused = !isConsuming;
        handler.wake();
      }
    });
  }

  /** The archive of the partner bus stores it, up to ten minutes later. */
  keep(body: string): void {
    const { kernel, faults, random } = this.#sim;
    const isLate = faults.draw('archive') !== undefined;
    this.#archive.push({
      at: kernel.now,
      keptAt: kernel.now + random.integer(0, isLate ? LATEST_KEPT_MS : 5_000),
      body,
    });
  }

  /** Replays the archive; each replay name is used once. Answers the events for the ingest queue. */
  replayed(name: string, from: number, to: number): readonly string[] {
    if (this.#replays.has(name)) return [];
    this.#replays.add(name);
    const { now } = this.#sim.kernel;
    return this.#archive
      .filter(({ at, keptAt }) => at >= from && at < to && keptAt <= now)
      .map(({ body }) => body);
  }
}

/** Calls of one invocation to the switches. */
export function switchesOf(
  sim: Sim,
  code: Code,
  use: { switches: AwsSwitches; invocation: Invocation; ingest: (body: string) => void },
): IntakeSwitches {
  const { faults, kernel, random, trace } = sim;
  const { switches, invocation } = use;

  function call<T>(what: string, effect: () => T): Promise<T> {
    const fault = faults.draw('switches');
    const after = fault === 'slow' ? 3_000 : random.integer(20, 200);
    const isRefused = fault === 'throttled' || fault === 'in-use';
    const error = isRefused || fault === 'answer-lost' ? refusal(fault) : undefined;
    const effectAfter = isRefused ? undefined : after;
    return invocation.call(what, { effectAfter, answerAfter: after, error }, effect);
  }

  const refusal = (name: string) =>
    new code.ConnectorError({ failureClass: 'retry', code: `SWITCH_${name}` }, 'AWS refused the change.');

  return {
    isConsuming: () => call('is-taking', () => switches.isConsuming),
    setConsuming: (_handlerId, isConsuming) => {
      const effect = () => {
        if (switches.isChanging) throw refusal('ResourceInUseException');
        switches.setConsuming(isConsuming);
      };
      return call('set-taking', effect);
    },
    isIntakeEnabled: () => call('is-listening', () => switches.isIntakeEnabled),
    setIntake: (isIntakeEnabled) =>
      call('set-listening', () => {
        trace.note('rule', isIntakeEnabled ? 'on' : 'off');
        switches.isIntakeEnabled = isIntakeEnabled;
      }),
    // Replayed events pass the rule: while it is disabled, they are lost.
    replay: (name, from, to) =>
      call('replay', () => {
        for (const body of switches.replayed(name, from, to))
          kernel.after(random.integer(1_000, 300_000), () => switches.isIntakeEnabled && use.ingest(body));
        return name;
      }),
  };
}
