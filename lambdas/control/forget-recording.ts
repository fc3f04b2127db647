import { changeSetting } from '../runtime/runs/change-setting.ts';
import { scopeOf } from './known-handler.ts';
import type { ControlPorts } from './ports.ts';

/**
 * When nothing is recorded any more and Prepare mode is off, handlers need not look for it with each change. An instance that has
 * not heard yet that the mode is off may still record one: it waits for `process` like any other. Answers how many are recorded.
 */
export async function forgetRecording(
  ports: Pick<ControlPorts, 'settings' | 'pending' | 'handlers' | 'projectKey'>,
  handler: string,
): Promise<number> {
  const left = await ports.pending.count(scopeOf(ports, handler));
  if (left > 0) return left;
  await changeSetting(ports.settings.handler(handler), (value) => {
    if (value.mode === 'prepare' || value.mayBeRecorded === undefined) return value;
    const { mayBeRecorded: _done, ...rest } = value;
    return rest;
  });
  return left;
}
