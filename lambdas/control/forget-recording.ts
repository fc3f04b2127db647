import { changeSetting } from '../runtime/runs/change-setting.ts';
import type { HandlerScope } from './handler-scope.ts';

/**
 * Clears `mayBeRecorded` once Prepare mode is off and no recorded change is left, which saves handlers a
 * write per change. A handler that still runs with the old mode may record one more: it waits for `process`
 * like any other. Answers how many are left.
 */
export async function forgetRecording({ ports, handler, partition }: HandlerScope): Promise<number> {
  const left = await ports.pending.count(partition);
  if (left > 0) return left;
  await changeSetting(ports.settings.handler(handler), (value) => {
    if (value.mode === 'prepare' || value.mayBeRecorded === undefined) return value;
    const { mayBeRecorded: _done, ...rest } = value;
    return rest;
  });
  return left;
}
