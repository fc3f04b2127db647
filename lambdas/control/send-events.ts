import type { ResourceEvent } from '../core/delivery/resource-event.ts';
import { ControlError } from '../core/operations/control-error.ts';
import { knownHandler } from './known-handler.ts';
import type { ControlPorts } from './ports.ts';

/** What an operator wants done to one resource. */
export type RequestedEvent = Pick<ResourceEvent, 'version' | 'kind'> &
  Partial<Pick<ResourceEvent, 'dataErasure' | 'process' | 'force'>> & { readonly id: string };

/**
 * Puts the operator's requests into the handler's own queue, behind whatever is under way for these resources. `traceId`
 * names the request in logs and receipts, and keeps SQS from swallowing a wish that is repeated. Answers those that the queue took.
 */
export async function sendEvents<W extends RequestedEvent>(
  ports: ControlPorts,
  handler: string,
  traceId: string,
  requests: readonly W[],
): Promise<readonly W[]> {
  const { resourceType, upsertTypeId } = knownHandler(ports, handler);
  const refused = await ports.queues.send(
    requests.map(({ id, version, kind, dataErasure, process, force }) => ({
      handler,
      typeId: upsertTypeId,
      event: {
        ...{ projectKey: ports.projectKey, resource: { typeId: resourceType, id }, version, kind, traceId },
        ...(dataErasure !== undefined && { dataErasure }),
        ...(process !== undefined && { process }),
        ...(force !== undefined && { force }),
      },
    })),
  );
  return requests.filter((_, index) => !refused.has(index));
}

/** The refusal when a queue took nothing of what was asked. */
export function queueUnreachable(handler: string): ControlError {
  return new ControlError(
    'unavailable',
    'QUEUE_UNREACHABLE',
    `The queue of "${handler}" took nothing. Nothing was changed; try again in a moment.`,
  );
}
