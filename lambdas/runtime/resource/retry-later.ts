import { ConnectorError, type Failure } from '../../core/base/errors.ts';
import { backoffSeconds } from '../../core/delivery/backoff.ts';
import type { Group } from './group-records.ts';
import type { ResourcePorts } from './resource-ports.ts';
import type { Retried, WorkItem } from './work-item.ts';

/** Retries a work item and stores in its sync record what it waits for. */
export async function retryItem(item: WorkItem, failure: Failure): Promise<Retried> {
  const retried = await retryGroup(item.ports, item.group, failure);
  await noteWaiting(item, failure.code, retried.delaySeconds);
  return retried;
}

/** Makes the whole group invisible for the backoff. SQS delivers nothing else of the resource meanwhile. */
export async function retryGroup(ports: ResourcePorts, group: Group, failure: Failure): Promise<Retried> {
  const { event, receives } = group.work;
  const { failureClass, code } = failure;
  const { backoffCapSeconds } = ports.delivery;
  const delaySeconds =
    code === BREAKER_OPEN
      ? backoffCapSeconds
      : backoffSeconds(failure, ports.delivery, { receives, random: ports.random() });
  await ports.queue.changeVisibility(
    group.records.map(({ receiptHandle }) => receiptHandle),
    delaySeconds,
  );
  const { typeId: resourceType, id } = event.resource;
  const { version, traceId } = event;
  ports.log.retry({ resourceType, id, version, traceId, receives, delaySeconds, failureClass, code });
  ports.metrics.count('Retried', group.records.length);
  if (failureClass === 'configuration') {
    ports.metrics.count('ConfigurationErrors');
    await ports.switches.noteTrouble(code);
  }
  return { group, retried: group.records, delaySeconds };
}

const BREAKER_OPEN = 'BREAKER_OPEN';

export function breakerOpen(): ConnectorError {
  return new ConnectorError({ failureClass: 'retry', code: BREAKER_OPEN }, 'The breaker of the OMS is open.');
}

/**
 * For `explain`; a failure to store it is only a warning. Not stored if the table itself is the problem, nor if the source
 * found nothing, because that is stored already.
 */
async function noteWaiting(item: WorkItem, code: string, delaySeconds: number): Promise<void> {
  const { ports, group, key, row } = item;
  if (row?.status === 'deleted' || code.startsWith('STATE_') || code === 'NOT_FOUND_YET') return;
  const until = ports.clock() + delaySeconds * 1_000;
  try {
    await ports.store.noteWaiting(key, { code, receives: group.work.receives, until });
  } catch {
    ports.log.warning({ code: 'WAITING_NOT_NOTED', field: 'waiting', id: key.id });
    ports.metrics.count('Warnings');
  }
}
