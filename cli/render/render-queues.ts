import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { textTable } from './text-table.ts';
import { durationText } from './values.ts';

/** Queues with what stands in them; marked are dead-letter queues that hold something, and queues that are not worked off. */
export function queuesText(queues: OperationOutput<'queue.list'>['queues']): string {
  return textTable(
    ['queue', 'ready', 'in flight', 'delayed', 'oldest', ''],
    queues.map(({ name, ready, inFlight, delayed, oldestSeconds, isDeadLetters, warning }) => [
      name,
      ready,
      inFlight,
      delayed,
      oldestSeconds === undefined ? '' : durationText(oldestSeconds * 1_000),
      isDeadLetters && ready > 0 ? '<- set aside' : warning && `<- ${warning}`,
    ]),
  );
}
