import type { Clock, Random } from '../../core/base/ports/clock.ts';
import type { SettingsStore } from '../../core/base/ports/settings-store.ts';
import { timeUuid } from '../../core/base/uuid.ts';
import type { FailureStore } from '../../core/delivery/ports/failure-store.ts';
import type { ConnectedHandler } from '../../core/runs/connected-handler.ts';
import type { RunStore } from '../../core/runs/ports/run-store.ts';
import type { Ticks } from '../../core/runs/ports/ticks.ts';
import type { Run, RunMode, RunOptions } from '../../core/runs/run.ts';
import { checkOptions, sendsMessages } from '../../core/runs/run-options.ts';
import { RunRefused } from '../../core/runs/run-refused.ts';
import type { RunSettings } from '../../core/runs/run-settings.ts';
import { type Scope, scopeOf, watermarkOf } from '../../core/runs/run-window.ts';

export { RunRefused } from '../../core/runs/run-refused.ts';

export interface StartRunPorts {
  readonly handlers: Readonly<Record<string, ConnectedHandler>>;
  readonly projectKey: string;
  readonly runs: RunStore;
  readonly settings: SettingsStore;
  readonly failures: Pick<FailureStore, 'groups'>;
  readonly ticks: Ticks;
  readonly runSettings: RunSettings;
  readonly clock: Clock;
  readonly random: Random;
}

export interface StartRunRequest {
  readonly handler: string;
  readonly mode: RunMode;
  readonly options: RunOptions;
  /** As in `Run`. */
  readonly startedBy: string;
  readonly ratePerSecond?: number;
}

/**
 * Starts a run, or throws a RunRefused and starts nothing. Throws a ConnectorError if a store does not answer: the run may have
 * started then, and a second attempt answers RUN_BUSY if it did.
 */
export async function startRun(ports: StartRunPorts, request: StartRunRequest): Promise<Run> {
  const { runs, ticks, clock, random } = ports;
  const { handler, startedBy, ratePerSecond } = request;
  await checkRequest(ports, request);
  const now = clock();
  const { mode, reason, window } = await planScope(ports, request, now);
  const run: Run = {
    id: timeUuid(now, random),
    handler,
    mode,
    status: 'preparing',
    startedBy,
    // The first run is full, even if a window was requested.
    options: reason === 'first' ? withoutWindow(request.options) : request.options,
    cursor: { page: 0, stage: 'source' },
    counts: { listed: 0, planned: 0, classes: {} },
    hooksTaken: [],
    createdAt: now,
    updatedAt: now,
    ...(reason !== undefined && { reason }),
    ...(window !== undefined && { window }),
    ...(ratePerSecond !== undefined && { ratePerSecond }),
  };
  const created = await runs.create(run);
  if (created.answer === 'busy') {
    throw new RunRefused(
      'RUN_BUSY',
      `Run ${created.runId} of handler "${handler}" has not ended. Wait for it, or cancel it (connector run cancel).`,
      created.runId,
    );
  }
  // The run has started even if this fails: the caretaker sends another message to a stuck run.
  await ticks.send({ runId: run.id }, 0).catch(() => undefined);
  return run;
}

/** Mode and window of a run that would start now. Throws a RunRefused if they are not allowed. */
export async function planScope(
  { settings, runSettings }: Pick<StartRunPorts, 'settings' | 'runSettings'>,
  { handler, mode, options }: Pick<StartRunRequest, 'handler' | 'mode' | 'options'>,
  now: number,
): Promise<Scope> {
  checkOptions(mode, options);
  const kind = watermarkOf(mode, options);
  const watermark = kind && (await settings.watermark(kind, handler).read()).value;
  return scopeOf({ mode, options }, watermark, { now, settings: runSettings });
}

async function checkRequest(ports: StartRunPorts, request: StartRunRequest): Promise<void> {
  const { handler, mode, options } = request;
  if (!Object.hasOwn(ports.handlers, handler)) {
    const known = Object.keys(ports.handlers).join(', ');
    throw new RunRefused('HANDLER_UNKNOWN', `There is no handler "${handler}". There are: ${known}.`);
  }
  checkOptions(mode, options);
  if (mode === 'retry') await checkGroup(ports, handler, options.group ?? '');
  // A sweep may start: its deletes can wait in the queue.
  if (mode === 'sweep' || !sendsMessages(mode, options)) return;
  const { paused, breaker } = (await ports.settings.handler(handler).read()).value;
  if (paused) {
    throw new RunRefused(
      'HANDLER_PAUSED',
      `Handler "${handler}" is paused by ${paused.by}. Resume it first (connector resume ${handler}).`,
    );
  }
  if (breaker?.state === 'open') {
    throw new RunRefused(
      'HANDLER_PAUSED',
      `The breaker of handler "${handler}" is open (${breaker.code}): the OMS does not answer. It closes by itself; start the run again then.`,
    );
  }
}

async function checkGroup(
  { failures, projectKey }: StartRunPorts,
  handlerId: string,
  group: string,
): Promise<void> {
  const groups = await failures.groups({ handlerId, projectKey });
  if (groups.some((one) => one.group === group && one.count > 0)) return;
  throw new RunRefused(
    'GROUP_UNKNOWN',
    'This group has no failures; they may have been resolved. List the groups (connector failures).',
  );
}

function withoutWindow({ from: _from, to: _to, ...options }: RunOptions): RunOptions {
  return options;
}
