import { startCatchUp } from '../runtime/runs/catch-up.ts';
import type { CaretakerPorts } from './ports.ts';

/**
 * The catch-up that a `start` could not begin, because a run was open or a handler paused, or did not live to begin. Not while
 * real-time sync is stopped again: the next start owes more.
 */
export async function finishCatchUp(ports: CaretakerPorts): Promise<void> {
  const { stopped, catchUpFrom } = (await ports.settings.intake().read()).value;
  if (stopped || catchUpFrom === undefined) return;
  await startCatchUp(ports, catchUpFrom, 'catch-up');
}
