import type { DeadLetters } from '../../../../lambdas/core/delivery/ports/work-queue.ts';
import type { Sim } from '../kernel/sim.ts';
import type { Code } from '../world/code.ts';
import type { Invocation } from './invocation.ts';
import type { Message } from './message.ts';

const DEDUPLICATION_MS = 300_000;

export interface DeadLetterQueue {
  readonly name: 'ingest-dlq' | 'route-dlq' | 'handler-dlq';
  readonly copies: Message[];
  /** Ids that a FIFO queue deduplicates for five minutes. */
  readonly seen: Map<string, number>;
}

/** Sends copies to a dead-letter queue, with the deduplication id of the real adapter. */
export function deadLettersOf(
  sim: Sim,
  code: Code,
  queue: DeadLetterQueue,
  invocation: Invocation,
): DeadLetters {
  const { faults, kernel, random, reach, trace } = sim;
  return {
    send: (record, groupId) => {
      const fault = faults.draw(queue.name);
      const after = random.integer(5, 30);
      const error = fault
        ? new code.ConnectorError(
            { failureClass: 'retry', code: 'DLQ_UNREACHABLE' },
            'The dead-letter queue did not take a copy.',
          )
        : undefined;
      const fate = { answerAfter: after, effectAfter: fault === 'refused' ? undefined : after, error };
      return invocation.call('set-aside', fate, () => {
        const now = kernel.now;
        if (queue.name === 'handler-dlq') {
          const id = code.deadLetterId(record);
          const seen = queue.seen.get(id);
          if (seen !== undefined && now - seen < DEDUPLICATION_MS) {
            reach.hit('handler-dlq: deduplicated');
            return;
          }
          queue.seen.set(id, now);
        }
        trace.note('set-aside', record.messageId, record.reason);
        queue.copies.push({
          id: `${queue.name}-${queue.copies.length + 1}`,
          body: JSON.stringify(record),
          group: groupId,
          sentAt: now,
          receives: 0,
          visibleAt: now,
          receipt: '',
          isGone: false,
        });
      });
    },
  };
}
