import { desiredTaking } from '../core/delivery/breaker.ts';
import type { CaretakerPorts } from './ports.ts';

export type SwitchesPorts = Pick<CaretakerPorts, 'settings' | 'switches'>;

/** An operator decides otherwise meanwhile, this often at most. */
const MOVES = 3;

/**
 * The valves as the live settings want them, whoever moved them: a deployment, somebody in the console, or an operation that
 * did not get to its end. The setting is read as late as can be, and once more after a move: what was decided in between must not be
 * undone until the next look.
 * Operations write the setting before they move the valve, so what this read does not see yet moves the valve after us.
 */
export async function holdTaking({ settings, switches }: SwitchesPorts, handlerId: string): Promise<void> {
  for (let move = 0; move < MOVES; move++) {
    const isTaking = await switches.isTaking(handlerId);
    const { taking, leastConcurrency } = desiredTaking((await settings.handler(handlerId).read()).value);
    if (isTaking === taking) return;
    await switches.setTaking(handlerId, taking, leastConcurrency);
  }
}

export async function holdListening({ settings, switches }: SwitchesPorts): Promise<void> {
  for (let move = 0; move < MOVES; move++) {
    const isListening = await switches.isListening();
    const listening = (await settings.intake().read()).value.stopped === undefined;
    if (isListening === listening) return;
    await switches.setListening(listening);
  }
}
