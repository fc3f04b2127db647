import type { HandlerSwitches } from '../../../../lambdas/core/base/live-settings.ts';
import type { Setting } from '../../../../lambdas/core/base/ports/settings-store.ts';
import type { SwitchBoard } from '../../../../lambdas/runtime/resource/switches/handler-switches.ts';
import type { Invocation } from '../models/invocation.ts';
import { observerOf } from './observer.ts';
import { storesOf } from './stores.ts';
import type { World } from './world.ts';

/** Without a caretaker, an open breaker would never close. */
const NEVER = 1_000_000;

interface Kept {
  readonly board: SwitchBoard;
  invocation: Invocation;
}

/** The switches of an environment: created at its cold start, read and written by its current invocation. */
export function switchBoardOf(world: World, handlerId: string, invocation: Invocation): SwitchBoard {
  const { memory } = invocation.environment;
  const known = memory.get('switches') as Kept | undefined;
  if (known) {
    known.invocation = invocation;
    return known.board;
  }
  const setting = (): Setting<HandlerSwitches> =>
    storesOf(world, kept.invocation).settings.handler(handlerId);
  const observer = () => observerOf(world.sim, kept.invocation, world.oracle.failures);
  const kept: Kept = {
    invocation,
    board: world.code.createSwitchBoard({
      handlerId,
      setting: { read: () => setting().read(), write: (value, revision) => setting().write(value, revision) },
      care: world.beside?.care ?? { switchSeconds: 10, breakerAfter: NEVER },
      clock: () => kept.invocation.now,
      log: {
        outcome: (record) => observer().log.outcome(record),
        recorded: (record) => observer().log.recorded(record),
        retry: (record) => observer().log.retry(record),
        warning: (record) => observer().log.warning(record),
        action: (record) => observer().log.action(record),
        error: (record) => observer().log.error(record),
      },
      metrics: { count: (name, value) => observer().metrics.count(name, value) },
    }),
  };
  memory.set('switches', kept);
  return kept.board;
}
