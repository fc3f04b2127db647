import type { Sim } from '../kernel/sim.ts';
import { Violation } from '../kernel/violation.ts';
import type { FunctionHost } from './function-host.ts';
import type { Invocation } from './invocation.ts';

/** A function invoked without a queue. Rejects if it crashed, timed out or its answer was lost. */
export function invokeDirectly<T>(
  sim: Sim,
  host: FunctionHost,
  what: string,
  work: (invocation: Invocation) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const started = host.start(what, () => reject(new Error(`${host.name} did not answer`)));
    if (!started) return;
    const { invocation, fault, free } = started;
    invocation.isAnswering = true;
    work(invocation).then(
      (answer) => {
        if (!invocation.isAlive || invocation.diesNow()) return;
        invocation.end();
        sim.trace.note('answered', `${host.name}#${invocation.number}`);
        free();
        if (fault === 'answer-lost') reject(new Error(`the answer of ${host.name} was lost`));
        else resolve(answer);
      },
      (error: unknown) => {
        if (!invocation.isAlive) return;
        const text = error instanceof Error ? error.stack : String(error);
        sim.violate(new Violation('CRASH', `${host.name} threw ${text}`));
        invocation.crash('threw');
      },
    );
  });
}
