import type { HandlerSwitches } from '../core/base/live-settings.ts';
import { conflict } from '../core/operations/control-error.ts';
import type { Run } from '../core/runs/run.ts';
import { sendsMessages } from '../core/runs/run-options.ts';
import type { ControlPorts } from './ports.ts';

type RequestedEvent = Pick<Run, 'handler' | 'mode' | 'options'>;

/** Why the handler would let the messages of such a run lie; undefined if it would not, or if the run sends none at first. */
export function heldUp(
  { handler, mode, options }: RequestedEvent,
  { paused, breaker }: HandlerSwitches,
): string | undefined {
  if (mode === 'sweep' || !sendsMessages(mode, options)) return undefined;
  if (paused) return `The handler "${handler}" is paused by ${paused.by}. Resume it first.`;
  if (breaker?.state !== 'open') return undefined;
  return `The breaker of "${handler}" is open (${breaker.code}). It closes by itself when Fluent answers again.`;
}

/** What becomes of such a run while the handler is in Prepare mode; undefined if it is not, or if the run sends none. */
export function recordedNote(
  { handler, mode, options }: RequestedEvent,
  switches: Pick<HandlerSwitches, 'mode'>,
): string | undefined {
  if (switches.mode !== 'prepare' || !sendsMessages(mode, options)) return undefined;
  return `Handler "${handler}" is in Prepare mode: what the run brings is recorded and counts as skipped; nothing is written to Fluent until \`process\`.`;
}

/** Throws conflict HANDLER_PAUSED. */
export async function refuseIfHeldUp(
  { settings }: Pick<ControlPorts, 'settings'>,
  run: RequestedEvent,
): Promise<void> {
  const { value } = await settings.handler(run.handler).read();
  const why = heldUp(run, value);
  if (why !== undefined) throw conflict('HANDLER_PAUSED', why);
}
