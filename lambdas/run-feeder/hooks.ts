import type { RunHook } from '../core/handler-request.ts';
import type { Feeding } from './ports.ts';

/**
 * Tells every handler that asks, each once; a handler that took its hook is not told again because another one could not.
 * Throws what the handler failed with.
 */
export async function runHooks(
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
