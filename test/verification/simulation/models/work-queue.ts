import type { WorkQueue } from '../../../../lambdas/core/delivery/ports/work-queue.ts';
import { groupId, type ResourceEvent } from '../../../../lambdas/core/delivery/resource-event.ts';
import type { Sim } from '../kernel/sim.ts';
import type { FifoQueue } from './fifo-queue.ts';
import type { Invocation } from './invocation.ts';

/** Changes of visibility: a refused change is ignored, as in the real adapter, and the visibility of the queue applies. */
export function workQueueOf(
  sim: Sim,
  queue: FifoQueue,
  invocation: Invocation,
): WorkQueue & { resend(event: ResourceEvent): void } {
  const { faults, random, reach, trace } = sim;
  return {
    /** Not in the port: what planted bug PB38 would do. */
    resend: (event) => queue.send(JSON.stringify(event), groupId(event), `again-${random.next()}`),
    changeVisibility: (receipts, seconds) => {
      const fault = faults.draw('hide');
      const after = random.integer(5, 30);
      const refuses = (index: number) =>
        fault === 'refused' || (fault === 'partly-refused' && index % 2 === 0);
      return invocation.call('hide', { effectAfter: after, answerAfter: after }, () => {
        receipts.forEach((receipt, index) => {
          if (refuses(index)) return;
          if (!queue.changeVisibility(receipt, seconds)) reach.hit('fifo: visibility of an expired handle');
        });
        trace.note('hidden', receipts.length, seconds, fault ?? '');
      });
    },
  };
}
