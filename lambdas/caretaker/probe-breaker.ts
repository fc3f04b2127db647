import type { HandlerSwitches } from '../core/base/live-settings.ts';
import { afterProbe, breakerStep } from '../core/delivery/breaker.ts';
import type { CaretakerPorts } from './ports.ts';

export type BreakerPorts = Pick<
  CaretakerPorts,
  'settings' | 'switches' | 'handlerFunctions' | 'care' | 'clock' | 'metrics' | 'log'
>;

/** Takes one step per pass to close an open breaker. Only handlers open it. */
export async function tendBreaker(ports: BreakerPorts, handlerId: string): Promise<void> {
  const { settings, switches, care, clock, metrics } = ports;
  const setting = settings.handler(handlerId);
  const { value, revision } = await setting.read();
  const { breaker, ...rest } = value;
  if (!breaker) return;
  metrics.count('BreakerOpen');

  const step = breakerStep(value, clock(), care);
  // A write on an old revision is dropped on purpose: the handler or an operator has newer information.
  if (step === 'probe') {
    const after = afterProbe(breaker, await isUp(ports, handlerId), clock());
    await setting.write({ ...value, breaker: after }, revision);
  }
  if (step === 'close') {
    // Restore the concurrency first: once the breaker is closed no later pass would do it.
    await switches.setConsuming(handlerId, true);
    await setting.write(rest satisfies HandlerSwitches, revision);
  }
}

/** A handler that does not answer counts as an OMS that is down: the queue must not be consumed. */
async function isUp({ handlerFunctions, log }: BreakerPorts, handlerId: string): Promise<boolean> {
  try {
    return (await handlerFunctions.ask(handlerId, { request: 'probe' })).isUp;
  } catch (error) {
    const errorName = error instanceof Error ? error.name : 'Unknown';
    log.error({ code: 'PROBE_UNANSWERED', errorName, place: `breaker/${handlerId}` });
    return false;
  }
}
