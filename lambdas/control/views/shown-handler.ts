import { type HandlerSwitches, watermarkKinds } from '../../core/base/live-settings.ts';
import { meaningOf } from '../../core/operations/failure-causes.ts';
import type { Run } from '../../core/runs/run.ts';
import type { OperationOutput } from '../api/control-api.ts';
import type { HandlerScope } from '../handler-scope.ts';
import type { ControlPorts } from '../ports.ts';
import { showRun } from './shown-run.ts';

export type ShownHandler = OperationOutput<'handler.pause'>;
export type HandlerState = ShownHandler['state'];

/** How many of the newest runs are searched for the last one of each mode. */
const LATEST_RUNS = 50;
const HOUR_MS = 3_600_000;

/** A pause is shown before an open breaker, because only an operator can end it. */
export function stateOf({ paused, breaker }: HandlerSwitches): HandlerState {
  if (paused) return 'paused';
  if (!breaker) return 'running';
  return breaker.state === 'open' ? 'breaker-open' : 'breaker-half-open';
}

/** The present state of a handler, as operators see it. */
export async function showHandler(
  { ports, handler, partition }: HandlerScope,
  note?: string,
): Promise<ShownHandler> {
  const [{ value }, isConsuming, pending, groups, watermarks, lastRuns] = await Promise.all([
    ports.settings.handler(handler).read(),
    ports.switches.isConsuming(handler),
    ports.pending.count(partition),
    ports.failures.groups(partition),
    readWatermarks(ports, handler),
    lastRunsOf(ports, handler),
  ]);
  const { paused, breaker, mode } = value;
  const trouble = recentTrouble(value, ports.clock());
  return {
    handler,
    state: stateOf(value),
    mode,
    isConsuming,
    ...(paused && { pausedSince: paused.since, pausedBy: paused.by }),
    ...(breaker && { breaker: { state: breaker.state, since: breaker.since, code: breaker.code } }),
    ...(trouble && { trouble }),
    pending,
    failures: groups.reduce((sum, { count }) => sum + count, 0),
    watermarks,
    lastRuns: await Promise.all(lastRuns.map((run) => showRun(ports, run))),
    ...(note !== undefined && { note }),
  };
}

/** Waiting customers are tried four times an hour: without a refusal since then the cause is fixed. */
function recentTrouble({ trouble }: HandlerSwitches, now: number): ShownHandler['trouble'] {
  if (!trouble || now - trouble.at > HOUR_MS) return undefined;
  const meaning = meaningOf(trouble.code);
  return { ...trouble, ...(meaning !== undefined && { meaning }) };
}

async function readWatermarks({ settings }: ControlPorts, handler: string): Promise<Record<string, number>> {
  const read = await Promise.all(
    watermarkKinds.map(
      async (kind) => [kind, (await settings.watermark(kind, handler).read()).value] as const,
    ),
  );
  return Object.fromEntries(read.flatMap(([kind, value]) => (value ? [[kind, value.until]] : [])));
}

async function lastRunsOf({ runs }: ControlPorts, handler: string): Promise<readonly Run[]> {
  const { items } = await runs.list({ limit: LATEST_RUNS });
  const own = items.filter((run) => run.handler === handler);
  return own.filter((run, index) => own.findIndex(({ mode }) => mode === run.mode) === index);
}
