import { ConnectorError } from '../core/errors.ts';
import type { RunHook } from '../core/handler-request.ts';
import type { Feeding } from './ports.ts';
import { fail, later, type NextTick } from './tick-ends.ts';

/**
 * Tells every handler that asks, each once; a handler that took its hook is not told again because another one could not.
 * Throws what the handler failed with.
 */
async function runHooks(
  { ports, run }: Pick<Feeding, 'ports' | 'run'>,
  hook: RunHook,
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  for (const [handlerId, { runHooks }] of Object.entries(ports.handlers)) {
    const name = `${hook}/${handlerId}`;
    if (!runHooks.includes(hook) || run.hooksTaken.includes(name)) continue;
    await ports.handlerFunctions.ask(handlerId, {
      request: 'hook',
      hook,
      run: { id: run.id, mode: run.mode, counts: { ...counts } },
    });
    await ports.runs.noteHook(run.id, name);
  }
}

/** Tells the handlers; answers whether each that asks for it took it. */
export async function areHooksTaken(feeding: Feeding, hook: RunHook, counts: object = {}): Promise<boolean> {
  const numbers = Object.entries(counts).filter(([, value]) => typeof value === 'number');
  try {
    await runHooks(feeding, hook, Object.fromEntries(numbers));
    return true;
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return false;
  }
}

/** A hook that fails is forgiven for `hookSeconds` from `since` on, milliseconds since the epoch. */
export function afterHookFailure({ ports, run }: Feeding, since: number): Promise<NextTick | undefined> {
  const isTooLong = ports.clock() - since > ports.runSettings.hookSeconds * 1_000;
  return isTooLong ? fail(ports, run, 'HOOK_FAILED') : later(ports, run, ports.runSettings.waitSeconds);
}
