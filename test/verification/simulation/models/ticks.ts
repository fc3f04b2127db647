import type { Ticks } from '../../../../lambdas/core/runs/ports/ticks.ts';
import type { Sim } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { Invocation } from './invocation.ts';
import type { StandardQueue } from './standard-queue.ts';

/** Sends to the queue of the feeder: refused, or accepted with a lost answer. */
export function ticksOf(sim: Sim, code: Code, queue: StandardQueue, invocation: Invocation): Ticks {
  const { faults, random, trace } = sim;
  return {
    send: (tick, delaySeconds) => {
      const fault = faults.draw('tick-send');
      const after = random.integer(5, 30);
      const error = fault
        ? new code.ConnectorError(
            { failureClass: 'retry', code: 'TICK_NOT_TAKEN' },
            'The queue took no tick.',
          )
        : undefined;
      const fate = { effectAfter: fault === 'refused' ? undefined : after, answerAfter: after, error };
      return invocation.call('send-tick', fate, () => {
        trace.note('tick', tick.runId.slice(-6), delaySeconds, tick.page ?? '');
        queue.send(JSON.stringify(tick), delaySeconds);
      });
    },
  };
}
