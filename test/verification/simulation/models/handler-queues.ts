import type { Dispatch, HandlerQueues } from '../../../../lambdas/core/delivery/ports/handler-queues.ts';
import type { Sim } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { FifoQueue } from './fifo-queue.ts';
import type { Invocation } from './invocation.ts';

/** Sends of the router to the FIFO queue of the handler, ten per call, with failed entries inside a successful answer. */
export function handlerQueuesOf(
  sim: Sim,
  code: Code,
  queue: Pick<FifoQueue, 'send'>,
  invocation: Invocation,
): HandlerQueues {
  const { faults, random, trace } = sim;

  async function sendBatch(batch: readonly Dispatch[], offset: number): Promise<number[]> {
    const fault = faults.draw('send');
    const after = random.integer(10, 60);
    const refused = new Set<number>();
    if (fault === 'error' || fault === 'throttled') for (let i = 0; i < batch.length; i++) refused.add(i);
    if (fault === 'failed-entries')
      for (let i = 0; i < batch.length; i++) if (i === 0 || random.chance(0.5)) refused.add(i);
    await invocation.call('send', { effectAfter: after, answerAfter: after }, () => {
      batch.forEach(({ typeId, event }, index) => {
        if (refused.has(index)) return;
        trace.note('sent', event.kind, event.version, event.traceId);
        queue.send(JSON.stringify(event), code.groupId(event), code.deduplicationId(typeId, event));
      });
    });
    const failed = fault === 'answer-lost' ? batch.map((_, index) => index) : [...refused];
    return failed.map((index) => offset + index);
  }

  return {
    async send(dispatches) {
      const starts = Array.from({ length: Math.ceil(dispatches.length / 10) }, (_, i) => i * 10);
      const failed = await Promise.all(
        starts.map((start) => sendBatch(dispatches.slice(start, start + 10), start)),
      );
      return new Set(failed.flat());
    },
  };
}
