import { startCatchUp } from '../runtime/runs/catch-up.ts';
import type { CaretakerPorts } from './ports.ts';

/**
 * Starts the catch-up that `start` could not: a run was open, a handler was paused, or the function crashed.
 * Not while real-time sync is stopped again, because the next start catches up on more.
 */
export async function finishCatchUp(ports: CaretakerPorts): Promise<void> {
  const { stopped, catchUpFrom } = (await ports.settings.intake().read()).value;
  if (stopped || catchUpFrom === undefined) return;
  await startCatchUp(ports, catchUpFrom, 'catch-up');
}
