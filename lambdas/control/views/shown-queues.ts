import { queueWarning } from '../../core/operations/queue-warning.ts';
import type { OperationOutput } from '../api/control-api.ts';
import type { ControlPorts } from '../ports.ts';

type ShownQueue = OperationOutput<'queue.list'>['queues'][number];

/** Every queue with its messages, the age of the oldest one, and a warning if something is wrong. */
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
    // The metric is some minutes old, so it does not apply to a queue that is empty by now.
    const oldestSeconds = ready + inFlight + delayed === 0 ? undefined : oldest[name];
    const warning = queueWarning(state, { backlog: care.queueBacklog, oldestSeconds });
    return {
      ...state,
      ...(oldestSeconds !== undefined && { oldestSeconds: Math.round(oldestSeconds) }),
      ...(warning !== undefined && { warning }),
    };
  });
}
