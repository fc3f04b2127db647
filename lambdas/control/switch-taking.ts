import { ConnectorError } from '../core/base/errors.ts';
import type { HandlerSwitches } from '../core/base/live-settings.ts';
import { desiredConsuming } from '../core/delivery/breaker.ts';
import type { ControlPorts } from './ports.ts';

/**
 * Brings the mapping of a handler's queue to what its switches say. One that is just changing refuses for some seconds: that
 * is no failure of what was asked, the caretaker does it. Answers what to tell the operator then.
 */
export async function switchConsuming(
  { switches: valves }: Pick<ControlPorts, 'switches'>,
  handler: string,
  switches: HandlerSwitches,
): Promise<string | undefined> {
  const { taking, leastConcurrency } = desiredConsuming(switches);
  try {
    await valves.setConsuming(handler, taking, leastConcurrency);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.failureClass === 'configuration') throw error;
    return 'It is decided and stored; AWS is still busy with the last change of the mapping and follows within a minute.';
  }
}
