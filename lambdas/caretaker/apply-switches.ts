import { desiredConsuming } from '../core/delivery/breaker.ts';
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
export async function holdConsuming({ settings, switches }: SwitchesPorts, handlerId: string): Promise<void> {
  for (let move = 0; move < MOVES; move++) {
    const isConsuming = await switches.isConsuming(handlerId);
    const { taking, leastConcurrency } = desiredConsuming((await settings.handler(handlerId).read()).value);
    if (isConsuming === taking) return;
    await switches.setConsuming(handlerId, taking, leastConcurrency);
  }
}

export async function holdIntake({ settings, switches }: SwitchesPorts): Promise<void> {
  for (let move = 0; move < MOVES; move++) {
    const isIntakeEnabled = await switches.isIntakeEnabled();
    const listening = (await settings.intake().read()).value.stopped === undefined;
    if (isIntakeEnabled === listening) return;
    await switches.setIntake(listening);
  }
}
