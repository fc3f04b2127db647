import type { StateRow } from '../core/delivery/ports/state-store.ts';
import { readRows } from '../runtime/resource/known-record.ts';
import { knownHandler } from './known-handler.ts';
import type { ControlPorts } from './ports.ts';

/** State rows by id. One that could not be read is no absent row: it throws a ConnectorError of class `retry`. */
export function rowsOf(
  { store, projectKey, handlers }: Pick<ControlPorts, 'store' | 'projectKey' | 'handlers'>,
  handlerId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StateRow | undefined>> {
  const { resourceType } = knownHandler({ handlers }, handlerId);
  return readRows({ store, handlerId, projectKey }, resourceType, new Set(ids));
}
