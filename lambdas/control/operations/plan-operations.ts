import type { RunMode, RunOptions } from '../../core/runs/run.ts';
import { planRun } from '../../core/runs/run-plan.ts';
import { RunRefused } from '../../core/runs/run-refused.ts';
import type { Scope } from '../../core/runs/run-window.ts';
import { planScope } from '../../runtime/runs/start-run.ts';
import { heldUp, recordedNote } from '../held-up.ts';
import { knownHandler } from '../known-handler.ts';
import { measuredRate } from '../measured-rate.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { knownGroup } from './failure-operations.ts';

interface RequestedEvent {
  readonly handler: string;
  readonly mode: RunMode;
  readonly options: RunOptions;
}

export const planOperations: OperationsOf<'run.plan'> = {
  'run.plan': async (ports, wish) => {
    knownHandler(ports, wish.handler);
    const [scope, rate, { obstacles, note }] = await Promise.all([
      scopeNow(ports, wish),
      measuredRate(ports, wish.handler),
      obstaclesOf(ports, wish),
    ]);
    const isListed = !('obstacle' in scope);
    const mode = isListed ? scope.mode : wish.mode;
    const plan = planRun({
      ...{ mode, options: wish.options },
      customers: isListed ? await customersOf(ports, wish, scope) : 0,
      settings: ports.runSettings,
      perSecond: rate.perSecond,
      ...(rate.fastest !== undefined && { fastest: rate.fastest }),
      confirmSeconds: ports.delivery.absentAfterSeconds,
    });
    return {
      ...plan,
      mode,
      ...(isListed && scope.reason !== undefined && { reason: scope.reason }),
      rate,
      obstacles: isListed ? obstacles : [scope.obstacle, ...obstacles],
      ...(note !== undefined && { note }),
    };
  },
};

/** Its mode and window; a window that cannot be listed yet is an obstacle, an option that does not fit is refused. */
async function scopeNow(
  ports: ControlPorts,
  wish: RequestedEvent,
): Promise<Scope | { readonly obstacle: string }> {
  try {
    return await planScope(ports, wish, ports.clock());
  } catch (error) {
    if (error instanceof RunRefused && error.code.startsWith('WINDOW_')) return { obstacle: error.message };
    throw error;
  }
}

/** Rows of a sweep cannot be counted without reading them all: about as many as the source has resources. */
async function customersOf(
  ports: ControlPorts,
  { handler, options }: RequestedEvent,
  { mode, window }: Scope,
): Promise<number> {
  if (mode === 'ids') return new Set(options.ids).size;
  if (mode === 'retry') return (await knownGroup(ports, handler, options.group ?? '')).count;
  const { resourceType } = knownHandler(ports, handler);
  return ports.lister.count({ resourceType, ...(window && { window }) });
}

/** What would keep it from starting now, and what to know before. */
async function obstaclesOf(
  ports: ControlPorts,
  wish: RequestedEvent,
): Promise<{ obstacles: string[]; note: string | undefined }> {
  const [open, { value }] = await Promise.all([
    ports.runs.open(),
    ports.settings.handler(wish.handler).read(),
  ]);
  const running = open
    .filter(({ handler }) => handler === wish.handler)
    .map(({ id, mode }) => `The ${mode} run ${id} has not ended: wait for it, or cancel it.`);
  const held = heldUp(wish, value);
  return {
    obstacles: held === undefined ? running : [...running, held],
    note: recordedNote(wish, value),
  };
}
