import { timeUuid } from '../core/base/uuid.ts';
import type { StateKey, StateRow } from '../core/delivery/ports/state-store.ts';
import type { ResourceEvent } from '../core/delivery/resource-event.ts';
import { ControlError, notFound } from '../core/operations/control-error.ts';
import type { ConnectedHandler } from '../core/runs/connected-handler.ts';
import { readRows } from '../runtime/resource/known-record.ts';
import type { ControlPorts } from './ports.ts';

/** A change of one resource that an operator requests. */
export type RequestedEvent = Pick<ResourceEvent, 'version' | 'kind'> &
  Partial<Pick<ResourceEvent, 'dataErasure' | 'process' | 'force'>> & { readonly id: string };

/** The ports, bound to one handler. */
export interface HandlerScope {
  readonly ports: ControlPorts;
  readonly handler: string;
  readonly resourceType: string;
  readonly maxConcurrency: number;
  /** Key of everything that is stored per handler. */
  readonly partition: Pick<StateKey, 'handlerId' | 'projectKey'>;
  key(id: string): StateKey;
  /** Sync records by id. Throws a ConnectorError of class `retry` if one cannot be read. */
  records(ids: readonly string[]): Promise<ReadonlyMap<string, StateRow | undefined>>;
  record(id: string): Promise<StateRow | undefined>;
  /**
   * Sends the requests to the queue of the handler, behind earlier messages of the same resources. Answers
   * the accepted ones. `traceId`: the request in logs and receipts; a new one makes SQS accept a repeated
   * request.
   */
  send<R extends RequestedEvent>(requests: readonly R[], traceId: string): Promise<readonly R[]>;
}

/** Throws not-found HANDLER_UNKNOWN. */
export function handlerScope(ports: ControlPorts, handler: string): HandlerScope {
  const { projectKey, store } = ports;
  const { resourceType, upsertTypeId: typeId, maxConcurrency } = knownHandler(ports, handler);
  const partition = { handlerId: handler, projectKey };
  const records = (ids: readonly string[]) => readRows({ store, ...partition }, resourceType, new Set(ids));
  return {
    ...{ ports, handler, resourceType, maxConcurrency, partition, records },
    key: (id) => ({ ...partition, resourceType, id }),
    record: async (id) => (await records([id])).get(id),
    send: async (requests, traceId) => {
      const messages = requests.map(({ id, version, kind, dataErasure, process, force }) => ({
        ...{ handler, typeId },
        event: {
          ...{ projectKey, resource: { typeId: resourceType, id }, version, kind, traceId },
          ...(dataErasure !== undefined && { dataErasure }),
          ...(process !== undefined && { process }),
          ...(force !== undefined && { force }),
        },
      }));
      const refused = await ports.queues.send(messages);
      return requests.filter((_, index) => !refused.has(index));
    },
  };
}

/** Throws not-found HANDLER_UNKNOWN. */
export function knownHandler(
  { handlers }: Pick<ControlPorts, 'handlers'>,
  handler: string,
): ConnectedHandler {
  const known = Object.hasOwn(handlers, handler) ? handlers[handler] : undefined;
  if (known) return known;
  const names = Object.keys(handlers).join(', ');
  throw notFound('HANDLER_UNKNOWN', `Handler "${handler}" does not exist. Existing handlers: ${names}.`);
}

/** A new name for a request in logs, messages and receipts. */
export function newTraceId({ clock, random }: Pick<ControlPorts, 'clock' | 'random'>): string {
  return timeUuid(clock(), random);
}

/** For a request of which the queue accepted nothing. */
export function queueUnreachable(handler: string): ControlError {
  const message = `The queue of "${handler}" accepted no message. Nothing was changed; try again in a moment.`;
  return new ControlError({ kind: 'unavailable', code: 'QUEUE_UNREACHABLE' }, message);
}
