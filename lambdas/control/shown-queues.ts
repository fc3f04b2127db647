import { queueWarning } from '../core/operations/queue-warning.ts';
import type { OperationOutput } from './operations.ts';
import type { ControlPorts } from './ports.ts';

type ShownQueue = OperationOutput<'queue.list'>['queues'][number];

/** Every queue with what stands in it, how long the oldest waits, and what is wrong with that. */
export async function showQueues({
  queueAdmin,
  ages,
  care,
}: Pick<ControlPorts, 'queueAdmin' | 'ages' | 'care'>): Promise<ShownQueue[]> {
  const [oldest = {}, ...states] = await Promise.all([
    ages.oldest(),
    ...queueAdmin.names().map((name) => queueAdmin.state(name)),
  ]);
  return states.map((state) => {
    const { name, ready, inFlight, delayed } = state;
    // The metric is some minutes old: of a queue that is empty by now it says nothing.
    const oldestSeconds = ready + inFlight + delayed === 0 ? undefined : oldest[name];
    const warning = queueWarning(state, { backlog: care.queueBacklog, oldestSeconds });
    return {
      ...state,
      ...(oldestSeconds !== undefined && { oldestSeconds: Math.round(oldestSeconds) }),
      ...(warning !== undefined && { warning }),
    };
  });
}
