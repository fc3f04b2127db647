import type { ConnectedHandler } from './connected-handler.ts';
import type { RunHook } from './handler-request.ts';
import type { EntryCounts, Run } from './run.ts';

type Handlers = Readonly<Record<string, Pick<ConnectedHandler, 'runHooks'>>>;

/** As stored in `hooksTaken`. */
export function hookName(hook: RunHook, handlerId: string): string {
  return `${hook}/${handlerId}`;
}

/** Handlers that subscribe to the hook and have not accepted it yet. */
export function hooksToTake(
  handlers: Handlers,
  { hooksTaken }: Pick<Run, 'hooksTaken'>,
  hook: RunHook,
): string[] {
  return Object.entries(handlers).flatMap(([id, { runHooks }]) =>
    runHooks.includes(hook) && !hooksTaken.includes(hookName(hook, id)) ? [id] : [],
  );
}

/** Hooks that the run waits for before its first page or its end, such as `run.started of loyalty`. */
export function hooksAwaited(handlers: Handlers, run: Run, entries: EntryCounts): string[] {
  const hook = hookAwaited(run, entries);
  return hook === undefined ? [] : hooksToTake(handlers, run, hook).map((id) => `${hook} of ${id}`);
}

function hookAwaited({ status, cursor, sentAt }: Run, { pending }: EntryCounts): RunHook | undefined {
  if (status !== 'preparing' && status !== 'running') return undefined;
  if (cursor.page === 0) return 'run.started';
  return sentAt !== undefined && pending === 0 ? 'run.ended' : undefined;
}
