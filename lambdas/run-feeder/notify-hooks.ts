import { ConnectorError } from '../core/base/errors.ts';
import type { RunHook } from '../core/runs/handler-request.ts';
import { hookName, hooksToTake } from '../core/runs/run-hooks.ts';
import type { Feeding } from './ports.ts';
import { failRun, type NextStep, repeatLater } from './step-result.ts';

type Counts = Readonly<Record<string, number>>;

/** Notifies every handler that subscribes to the hook and has not accepted it yet. Answers whether all have accepted it now. */
export async function notifyHooks(feeding: Feeding, hook: RunHook, counts: object = {}): Promise<boolean> {
  const numbers = Object.entries(counts).filter(([, value]) => typeof value === 'number');
  for (const handlerId of hooksToTake(feeding.ports.handlers, feeding.run, hook)) {
    if (!(await notifyHook(feeding, { hook, handlerId, counts: Object.fromEntries(numbers) }))) return false;
  }
  return true;
}

/** Logs why a handler did not accept the hook: a handler that is invoked directly does not log it itself. */
async function notifyHook(
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

/** Retries the hook for `hookSeconds` from `since` on (milliseconds since the epoch), then fails the run. */
export function afterHookFailure(feeding: Feeding, since: number): Promise<NextStep | undefined> {
  const { clock, runSettings } = feeding.ports;
  const isTooLong = clock() - since > runSettings.hookSeconds * 1_000;
  return isTooLong ? failRun(feeding, 'HOOK_FAILED') : repeatLater(feeding, runSettings.waitSeconds);
}
