import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { durationText } from './values.ts';
import { table, type View } from './view.ts';

/** Messages of every queue, with a warning for failed messages and for queues that are not drained. */
export function queuesView(queues: OperationOutput<'queue.list'>['queues']): View {
  return table(
    ['queue', 'ready', 'in flight', 'delayed', 'oldest', 'warning'],
    queues.map(({ name, ready, inFlight, delayed, oldestSeconds, isDeadLetters, warning }) => [
      name,
      ready,
      inFlight,
      delayed,
      oldestSeconds === undefined ? '' : durationText(oldestSeconds * 1_000),
      isDeadLetters && ready > 0 ? 'failed messages' : warning,
    ]),
  );
}
