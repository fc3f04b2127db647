import { planRun } from '../../core/runs/run-plan.ts';
import { RunRefused } from '../../core/runs/run-refused.ts';
import type { Scope } from '../../core/runs/run-window.ts';
import { planScope } from '../../runtime/runs/start-run.ts';
import type { planApi } from '../api/plan-api.ts';
import { type HandlerScope, handlerScope } from '../handler-scope.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { blockedBy, type PlannedRun, prepareModeNote } from '../run-obstacles.ts';
import { measuredRate } from '../views/measured-rate.ts';
import { knownGroup } from './failure-operations.ts';

export const planOperations: OperationsOf<typeof planApi> = {
  'run.plan': async (ports, request) => {
    const handler = handlerScope(ports, request.handler);
    const [window, rate, { obstacles, note }] = await Promise.all([
      windowNow(ports, request),
      measuredRate(handler),
      obstaclesOf(ports, request),
    ]);
    const isListed = !('obstacle' in window);
    const mode = isListed ? window.mode : request.mode;
    const plan = planRun({
      ...{ mode, options: request.options },
      customers: isListed ? await countCustomers(handler, request, window) : 0,
      settings: ports.runSettings,
      perSecond: rate.perSecond,
      ...(rate.fastest !== undefined && { fastest: rate.fastest }),
      confirmSeconds: ports.delivery.absentAfterSeconds,
    });
    return {
      ...plan,
      mode,
      ...(isListed && window.reason !== undefined && { reason: window.reason }),
      rate,
      obstacles: isListed ? obstacles : [window.obstacle, ...obstacles],
      ...(note !== undefined && { note }),
    };
  },
};

/** A window that cannot be listed yet is an obstacle; an option that does not fit the mode throws. */
async function windowNow(
  ports: ControlPorts,
  request: PlannedRun,
): Promise<Scope | { readonly obstacle: string }> {
  try {
    return await planScope(ports, request, ports.clock());
  } catch (error) {
    if (error instanceof RunRefused && error.code.startsWith('WINDOW_')) return { obstacle: error.message };
    throw error;
  }
}

/** The sync records of a sweep are too many to count: about as many as commercetools has resources. */
async function countCustomers(
  handler: HandlerScope,
  { options }: PlannedRun,
  { mode, window }: Scope,
): Promise<number> {
  if (mode === 'ids') return new Set(options.ids).size;
  if (mode === 'retry') return (await knownGroup(handler, options.group ?? '')).count;
  const { ports, resourceType } = handler;
  return ports.lister.count({ resourceType, ...(window && { window }) });
}

async function obstaclesOf(
  ports: ControlPorts,
  request: PlannedRun,
): Promise<{ obstacles: string[]; note: string | undefined }> {
  const [open, { value }] = await Promise.all([
    ports.runs.open(),
    ports.settings.handler(request.handler).read(),
  ]);
  const running = open
    .filter(({ handler }) => handler === request.handler)
    .map(
      ({ id, mode }) => `The ${mode} run ${id} has not ended. Wait for it, or cancel it (\`run cancel\`).`,
    );
  const blocked = blockedBy(request, value);
  return {
    obstacles: blocked === undefined ? running : [...running, blocked],
    note: prepareModeNote(request, value),
  };
}
