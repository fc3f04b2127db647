import type { IntakeSwitches } from '../../../../lambdas/core/operations/ports/intake-switches.ts';
import type { Sim } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { Invocation } from './invocation.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** A change of a mapping takes effect within this time; meanwhile it takes no other. */
const LONGEST_CHANGE_MS = 60_000;
const LATEST_KEPT_MS = 600_000;

/** The mapping of the handler's queue, the rule of the partner bus and the bus's archive, as AWS has them. */
export class Valves {
  isIntakeEnabled = true;
  /** What the mapping was last told; it does so a little later. */
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

  /** Does an earlier change of the mapping still go on? */
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
      // A deployment may have changed it again meanwhile.
      if (this.isConsuming !== isConsuming) return;
      for (const handler of this.#handlers()) {
        handler.isPaused = !isConsuming;
        handler.wake();
      }
    });
  }

  /** The archive of the partner bus keeps it, up to ten minutes later. */
  keep(body: string): void {
    const { kernel, faults, random } = this.#sim;
    const isLate = faults.draw('archive') !== undefined;
    this.#archive.push({
      at: kernel.now,
      keptAt: kernel.now + random.integer(0, isLate ? LATEST_KEPT_MS : 5_000),
      body,
    });
  }

  /** Hands out what the archive kept; a name is used once. Answers what goes to the ingest queue. */
  replayed(name: string, from: number, to: number): readonly string[] {
    if (this.#replays.has(name)) return [];
    this.#replays.add(name);
    const { now } = this.#sim.kernel;
    return this.#archive
      .filter(({ at, keptAt }) => at >= from && at < to && keptAt <= now)
      .map(({ body }) => body);
  }
}

/** Calls of one invocation at the valves. */
export function switchesOf(
  sim: Sim,
  code: Code,
  use: { valves: Valves; invocation: Invocation; ingest: (body: string) => void },
): IntakeSwitches {
  const { faults, kernel, random, trace } = sim;
  const { valves, invocation } = use;

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
    isConsuming: () => call('is-taking', () => valves.isConsuming),
    setConsuming: (_handlerId, isConsuming) => {
      const effect = () => {
        if (valves.isChanging) throw refusal('ResourceInUseException');
        valves.setConsuming(isConsuming);
      };
      return call('set-taking', effect);
    },
    isIntakeEnabled: () => call('is-listening', () => valves.isIntakeEnabled),
    setIntake: (isIntakeEnabled) =>
      call('set-listening', () => {
        trace.note('rule', isIntakeEnabled ? 'on' : 'off');
        valves.isIntakeEnabled = isIntakeEnabled;
      }),
    // Replayed events pass the rule: while it is off, they reach nobody.
    replay: (name, from, to) =>
      call('replay', () => {
        for (const body of valves.replayed(name, from, to))
          kernel.after(random.integer(1_000, 300_000), () => valves.isIntakeEnabled && use.ingest(body));
        return name;
      }),
  };
}
