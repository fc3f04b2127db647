import type { StateKey } from '../core/delivery/ports/state-store.ts';
import { notFound } from '../core/operations/control-error.ts';
import type { ConnectedHandler } from '../core/runs/connected-handler.ts';
import type { ControlPorts } from './ports.ts';

/** The handler with this id. Throws not-found HANDLER_UNKNOWN. */
export function knownHandler(
  { handlers }: Pick<ControlPorts, 'handlers'>,
  handler: string,
): ConnectedHandler {
  const known = Object.hasOwn(handlers, handler) ? handlers[handler] : undefined;
  if (known) return known;
  const names = Object.keys(handlers).join(', ');
  throw notFound('HANDLER_UNKNOWN', `There is no handler "${handler}". There are: ${names}.`);
}

/** What the items of a handler are found by. Throws not-found HANDLER_UNKNOWN. */
export function scopeOf(
  ports: Pick<ControlPorts, 'handlers' | 'projectKey'>,
  handlerId: string,
): Pick<StateKey, 'handlerId' | 'projectKey'> {
  knownHandler(ports, handlerId);
  return { handlerId, projectKey: ports.projectKey };
}

export function stateKeyOf(
  ports: Pick<ControlPorts, 'handlers' | 'projectKey'>,
  handlerId: string,
  id: string,
): StateKey {
  const { resourceType } = knownHandler(ports, handlerId);
  return { handlerId, projectKey: ports.projectKey, resourceType, id };
}
