import { type WatermarkKind, watermarkKinds } from '../../core/base/live-settings.ts';
import { conflict } from '../../core/operations/control-error.ts';
import { hasEnded, mayMove, type Run, type RunStatus } from '../../core/runs/run.ts';
import { dueAt, secondsUntil } from '../../core/runs/run-pace.ts';
import { changeSetting } from '../../runtime/runs/change-setting.ts';
import { startRun } from '../../runtime/runs/start-run.ts';
import { refuseIfHeldUp } from '../held-up.ts';
import { knownHandler } from '../known-handler.ts';
import type { ShownRun } from '../operations.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';
import { knownRun, showRun } from '../shown-run.ts';

/** Pages of the history that one listing looks through for the runs that were asked for. */
const MOST_PAGES = 20;

/** A run can move on while it is being stopped: its status is read and tried again so often. */
const ATTEMPTS = 3;

export const runOperations: OperationsOf<
  | 'run.start'
  | 'run.list'
  | 'run.show'
  | 'run.report'
  | 'run.entries'
  | 'run.pause'
  | 'run.resume'
  | 'run.cancel'
  | 'run.throttle'
  | 'watermark.clear'
> = {
  'run.start': async (ports, { handler, mode, options, ratePerSecond }, { caller }) => {
    knownHandler(ports, handler);
    const run = await startRun(ports, {
      ...{ handler, mode, options },
      startedBy: `operator:${caller}`,
      ...(ratePerSecond !== undefined && { ratePerSecond }),
    });
    return showRun(ports, run);
  },

  'run.list': async (ports, { handler, status, limit, cursor }) => {
    if (handler !== undefined) knownHandler(ports, handler);
    const found: Run[] = [];
    let after = cursor;
    let pages = 0;
    do {
      const page = await ports.runs.list({
        limit: limit - found.length,
        ...(after !== undefined && { after }),
      });
      found.push(
        ...page.items.filter(
          (run) => (handler ?? run.handler) === run.handler && (status ?? run.status) === run.status,
        ),
      );
      after = page.next;
      pages++;
    } while (found.length < limit && after !== undefined && pages < MOST_PAGES);
    const runs = await Promise.all(found.map((run) => showRun(ports, run)));
    return { runs, ...(after !== undefined && { next: after }) };
  },

  'run.show': async (ports, { runId }) => showRun(ports, await knownRun(ports, runId)),

  'run.report': async (ports, { runId, class: only, limit, cursor }) => {
    await knownRun(ports, runId);
    const { items, next } = await ports.runs.reported(runId, {
      limit,
      ...(only !== undefined && { class: only }),
      ...(cursor !== undefined && { after: cursor }),
    });
    const differences = items.map(({ fields, ...difference }) => ({
      ...difference,
      ...(fields && { fields: [...fields] }),
    }));
    return { differences, ...(next !== undefined && { next }) };
  },

  'run.entries': async (ports, { runId, outcome, limit, cursor }) => {
    await knownRun(ports, runId);
    const { items, next } = await ports.runs.entries(runId, {
      ...{ outcome, limit },
      ...(cursor !== undefined && { after: cursor }),
    });
    return { entries: [...items], ...(next !== undefined && { next }) };
  },

  'run.pause': async (ports, { runId }, { caller }) => move(ports, runId, 'paused', `operator:${caller}`),

  'run.resume': async (ports, { runId }) => {
    await refuseIfHeldUp(ports, await knownRun(ports, runId));
    const shown = await move(ports, runId, 'running');
    // A tick too many is dropped by the feeder; one that is lost is sent again by the caretaker.
    await ports.ticks.send({ runId }, 0);
    return shown;
  },

  'run.cancel': async (ports, { runId }, { caller }) => move(ports, runId, 'cancelled', `operator:${caller}`),

  'run.throttle': async (ports, { runId, ratePerSecond }) => {
    const run = await knownRun(ports, runId);
    if (hasEnded(run.status)) throw ended(run, 'be throttled');
    await ports.runs.setRate(runId, ratePerSecond);
    const changed = await knownRun(ports, runId);
    // The tick that waits was sent for the old rate: too early, it waits again; too late, this one comes first.
    await ports.ticks.send({ runId }, secondsUntil(dueAt(changed), ports.clock()));
    return showRun(ports, changed);
  },

  'watermark.clear': async (ports, { handler }) => {
    knownHandler(ports, handler);
    const cleared: WatermarkKind[] = [];
    for (const kind of watermarkKinds) {
      await changeSetting(ports.settings.watermark(kind, handler), (value) => {
        if (value) cleared.push(kind);
        return undefined;
      });
    }
    return { cleared: [...new Set(cleared)] };
  },
};

/** Brings a run to a status; one that has it already is left as it is. Throws conflict RUN_ENDED, RUN_STATUS. */
async function move(
  ports: ControlPorts,
  runId: string,
  to: 'paused' | 'running' | 'cancelled',
  reason?: string,
): Promise<ShownRun> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const run = await knownRun(ports, runId);
    if (isThere(run.status, to)) return showRun(ports, run);
    if (hasEnded(run.status)) throw ended(run, `become ${to}`);
    if (!mayMove(run.status, to)) break;
    if ((await ports.runs.setStatus(run, to, reason)) === 'changed')
      return showRun(ports, await knownRun(ports, runId));
  }
  throw conflict('RUN_STATUS', `The run ${runId} is just changing. Look at it (\`run show\`) and ask again.`);
}

/** A run that is preparing is on its way to running. */
function isThere(status: RunStatus, wanted: RunStatus): boolean {
  return status === wanted || (status === 'preparing' && wanted === 'running');
}

function ended({ id, status }: Run, wish: string) {
  return conflict('RUN_ENDED', `The run ${id} is ${status} and cannot ${wish}. Start another one.`);
}
