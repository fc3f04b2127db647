import type { HandlerSwitches } from '../core/base/live-settings.ts';
import { afterProbe, breakerStep } from '../core/delivery/breaker.ts';
import type { CaretakerPorts } from './ports.ts';

export type BreakerPorts = Pick<
  CaretakerPorts,
  'settings' | 'switches' | 'handlerFunctions' | 'care' | 'clock' | 'metrics' | 'log'
>;

/** Leads an open breaker back, one step at a look. Handlers open it themselves. */
export async function tendBreaker(ports: BreakerPorts, handlerId: string): Promise<void> {
  const { settings, switches, care, clock, metrics } = ports;
  const setting = settings.handler(handlerId);
  const { value, revision } = await setting.read();
  const { breaker, ...rest } = value;
  if (!breaker) return;
  metrics.count('BreakerOpen');

  const step = breakerStep(value, clock(), care);
  // A write on another revision is lost on purpose: the handler, or an operator, knows more than this look.
  if (step === 'probe') {
    const after = afterProbe(breaker, await isUp(ports, handlerId), clock());
    await setting.write({ ...value, breaker: after }, revision);
  }
  if (step === 'close') {
    // The concurrency first: once it is closed nobody would look at it again.
    await switches.setConsuming(handlerId, true);
    await setting.write(rest satisfies HandlerSwitches, revision);
  }
}

/** A handler that cannot be asked is as good as an OMS that is down: nothing may be handed to it. */
async function isUp({ handlerFunctions, log }: BreakerPorts, handlerId: string): Promise<boolean> {
  try {
    return (await handlerFunctions.ask(handlerId, { request: 'probe' })).isUp;
  } catch (error) {
    const errorName = error instanceof Error ? error.name : 'Unknown';
    log.error({ code: 'PROBE_UNANSWERED', errorName, place: `breaker/${handlerId}` });
    return false;
  }
}
