import { ConnectorError } from '../core/base/errors.ts';
import type { RunHook } from '../core/runs/handler-request.ts';
import { hookName, hooksToTake } from '../core/runs/run-hooks.ts';
import type { Feeding } from './ports.ts';
import { fail, later, type NextTick } from './tick-ends.ts';

type Counts = Readonly<Record<string, number>>;

/**
 * Tells every handler that asks, each once; answers whether each of them took it. A handler that took its hook is not told
 * again because another one could not.
 */
export async function areHooksTaken(feeding: Feeding, hook: RunHook, counts: object = {}): Promise<boolean> {
  const numbers = Object.entries(counts).filter(([, value]) => typeof value === 'number');
  for (const handlerId of hooksToTake(feeding.ports.handlers, feeding.run, hook)) {
    if (!(await isTaken(feeding, { hook, handlerId, counts: Object.fromEntries(numbers) }))) return false;
  }
  return true;
}

/** Why it was not taken is said here alone: a handler that is asked directly logs nothing. */
async function isTaken(
  { ports, run }: Feeding,
  { hook, handlerId, counts }: { hook: RunHook; handlerId: string; counts: Counts },
): Promise<boolean> {
  const { id, mode } = run;
  try {
    await ports.handlerFunctions.ask(handlerId, { request: 'hook', hook, run: { id, mode, counts } });
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const { code, name } = error;
    ports.log.error({ code, errorName: name, place: `run ${id}, ${hook} of ${handlerId}` });
    return false;
  }
  await ports.runs.noteHook(id, hookName(hook, handlerId));
  return true;
}

/** A hook that fails is forgiven for `hookSeconds` from `since` on, milliseconds since the epoch. */
export function afterHookFailure({ ports, run }: Feeding, since: number): Promise<NextTick | undefined> {
  const isTooLong = ports.clock() - since > ports.runSettings.hookSeconds * 1_000;
  return isTooLong ? fail(ports, run, 'HOOK_FAILED') : later(ports, run, ports.runSettings.waitSeconds);
}
