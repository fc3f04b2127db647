import type { Sim } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { Fate, Invocation } from './invocation.ts';

/** Calls of one invocation to the one table, with faults. */
export interface TableCalls {
  read<T>(what: string, effect: () => Promise<T>): Promise<T>;
  write<T>(what: string, effect: () => Promise<T>): Promise<T>;
}

export interface TableUse {
  readonly invocation: Invocation;
  readonly isDown: () => boolean;
  /** Prefix of its error codes: `STATE`, `RUN_STORE`. */
  readonly name: string;
}

/** Throttled, broken, answered too late, or a write that the SDK repeats after its own success. */
export function tableCallsOf(sim: Sim, code: Code, { invocation, isDown, name }: TableUse): TableCalls {
  const { faults, random } = sim;
  const latency = () => random.integer(2, 15);
  const refused = (error: string): Fate => ({
    answerAfter: latency(),
    error: new code.ConnectorError(
      { failureClass: 'retry', code: `${name}_${error}` },
      'The table did not answer.',
    ),
  });

  return {
    read: (what, effect) => {
      const fault = isDown() ? 'server-error' : faults.draw('table-read');
      const after = latency();
      if (fault === 'throttled')
        return invocation.call(what, refused('ProvisionedThroughputExceededException'), effect);
      if (fault === 'server-error') return invocation.call(what, refused('InternalServerError'), effect);
      return invocation.call(what, { effectAfter: after, answerAfter: after }, effect);
    },
    write: (what, effect) => {
      const fault = isDown() ? 'server-error' : faults.draw('table-write');
      const after = latency();
      switch (fault) {
        case undefined:
          return invocation.call(what, { effectAfter: after, answerAfter: after }, effect);
        case 'throttled':
          return invocation.call(what, refused('ProvisionedThroughputExceededException'), effect);
        case 'server-error':
          return invocation.call(what, refused('InternalServerError'), effect);
        case 'answer-lost':
          return invocation.call(what, { ...refused('TimeoutError'), effectAfter: after }, effect);
        case 'own-success':
          // The SDK repeats a write whose answer was lost: the second write sees the result of the first.
          return invocation.call(what, { effectAfter: after, answerAfter: after }, () => {
            void effect();
            return effect();
          });
      }
    },
  };
}

type Method = (...values: never[]) => Promise<unknown>;

/** A whole store with faults: every method that is not named as a read is a write. */
export function underFaults<Store extends object>(
  calls: TableCalls,
  store: Store,
  reads: readonly (keyof Store)[],
): Store {
  const methods = Object.entries(store) as [keyof Store & string, Method][];
  return Object.fromEntries(
    methods.map(([name, method]) => {
      const call = reads.includes(name) ? calls.read : calls.write;
      return [name, (...values: never[]) => call(name, () => method(...values))];
    }),
  ) as Store;
}
