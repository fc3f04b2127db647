import { desiredConsuming } from '../core/delivery/breaker.ts';
import type { CaretakerPorts } from './ports.ts';

export type SwitchesPorts = Pick<CaretakerPorts, 'settings' | 'switches'>;

/** An operator may change the setting at the same time: switch and check this often. */
const ATTEMPTS = 3;

/**
 * Enables or disables the event source mapping as the live settings say, if a deployment, a change in the AWS
 * console or an interrupted operation left it in another state. Reads the setting last, and once more after a
 * switch, so that a decision made in between is not undone until the next pass. Operations write the setting
 * before they switch, so a decision after the last read switches after this function.
 */
export async function applyConsuming(
  { settings, switches }: SwitchesPorts,
  handlerId: string,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const isConsuming = await switches.isConsuming(handlerId);
    const { consuming: wanted, leastConcurrency } = desiredConsuming(
      (await settings.handler(handlerId).read()).value,
    );
    if (isConsuming === wanted) return;
    await switches.setConsuming(handlerId, wanted, leastConcurrency);
  }
}

/** The same for the rule of the partner bus. */
export async function applyIntake({ settings, switches }: SwitchesPorts): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const isEnabled = await switches.isIntakeEnabled();
    const wanted = (await settings.intake().read()).value.stopped === undefined;
    if (isEnabled === wanted) return;
    await switches.setIntake(wanted);
  }
}
