import { desiredTaking } from '../core/breaker.ts';
import type { CaretakerPorts } from './ports.ts';

export type SwitchesPorts = Pick<CaretakerPorts, 'settings' | 'switches'>;

/**
 * The valves as the live settings want them, whoever moved them: a deployment, somebody in the console, or an operation that
 * did not get to its end.
 */
export async function holdTaking({ settings, switches }: SwitchesPorts, handlerId: string): Promise<void> {
  const { taking, leastConcurrency } = desiredTaking((await settings.handler(handlerId).read()).value);
  if ((await switches.isTaking(handlerId)) !== taking) {
    await switches.setTaking(handlerId, taking, leastConcurrency);
  }
}

export async function holdListening({ settings, switches }: SwitchesPorts): Promise<void> {
  const listening = (await settings.intake().read()).value.stopped === undefined;
  if ((await switches.isListening()) !== listening) await switches.setListening(listening);
}
