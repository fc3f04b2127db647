import type { HandlerSwitches } from '../core/base/live-settings.ts';
import { conflict } from '../core/operations/control-error.ts';
import type { Run } from '../core/runs/run.ts';
import { sendsMessages } from '../core/runs/run-options.ts';
import type { ControlPorts } from './ports.ts';

export type PlannedRun = Pick<Run, 'handler' | 'mode' | 'options'>;

/** Why the handler would not consume the messages of such a run; undefined if it would. */
export function blockedBy(
  { handler, mode, options }: PlannedRun,
  { paused, breaker }: HandlerSwitches,
): string | undefined {
  if (mode === 'sweep' || !sendsMessages(mode, options)) return undefined;
  if (paused)
    return `Handler "${handler}" is paused by ${paused.by}. Resume it first (connector resume ${handler}).`;
  if (breaker?.state !== 'open') return undefined;
  return `The breaker of "${handler}" is open (${breaker.code}). It closes by itself when Fluent answers again.`;
}

/** What Prepare mode does with the messages of such a run; undefined if it does not apply. */
export function prepareModeNote(
  { handler, mode, options }: PlannedRun,
  switches: Pick<HandlerSwitches, 'mode'>,
): string | undefined {
  if (switches.mode !== 'prepare' || !sendsMessages(mode, options)) return undefined;
  return `Handler "${handler}" is in Prepare mode: changes of the run are recorded and count as skipped. \`process\` sends them to Fluent.`;
}

/** Throws conflict HANDLER_PAUSED. */
export async function refuseIfBlocked(
  { settings }: Pick<ControlPorts, 'settings'>,
  run: PlannedRun,
): Promise<void> {
  const reason = blockedBy(run, (await settings.handler(run.handler).read()).value);
  if (reason !== undefined) throw conflict('HANDLER_PAUSED', reason);
}
