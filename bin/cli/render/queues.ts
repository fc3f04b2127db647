import type { OperationOutput } from '../../../lambdas/control/operations.ts';
import { textTable } from './text-table.ts';

/** Queues with what stands in them; a dead-letter queue that holds something is marked. */
export function queuesText(queues: OperationOutput<'queue.list'>['queues']): string {
  return textTable(
    ['queue', 'ready', 'in flight', 'delayed', ''],
    queues.map(({ name, ready, inFlight, delayed, isDeadLetters }) => [
      name,
      ready,
      inFlight,
      delayed,
      isDeadLetters && ready > 0 ? '<- set aside' : '',
    ]),
  );
}
