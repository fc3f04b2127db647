import { type WatermarkKind, watermarkKinds } from '../../core/base/live-settings.ts';
import { type ControlError, conflict } from '../../core/operations/control-error.ts';
import { hasEnded, mayMove, type Run, type RunStatus } from '../../core/runs/run.ts';
import { dueAt, secondsUntil } from '../../core/runs/run-pace.ts';
import { changeSetting } from '../../runtime/runs/change-setting.ts';
import { startRun } from '../../runtime/runs/start-run.ts';
import type { ShownRun } from '../api/control-api.ts';
import type { runApi } from '../api/run-api.ts';
import { knownHandler } from '../handler-scope.ts';
import { type ControlPorts, type OperationsOf, pageOf } from '../ports.ts';
import { refuseIfBlocked } from '../run-obstacles.ts';
import { knownRun, showRun } from '../views/shown-run.ts';

/** How many pages of the history one listing searches for runs that fit. */
const MAX_PAGES = 20;

/** The status of a run can change at the same time: read and try again this often. */
const ATTEMPTS = 3;

export const runOperations: OperationsOf<typeof runApi> = {
  'run.start': async (ports, { handler, mode, options, ratePerSecond }, caller) => {
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
    const fits = (run: Run) =>
      (handler ?? run.handler) === run.handler && (status ?? run.status) === run.status;
    do {
      const page = await ports.runs.list(pageOf({ limit: limit - found.length, cursor: after }));
      found.push(...page.items.filter(fits));
      after = page.next;
      pages++;
    } while (found.length < limit && after !== undefined && pages < MAX_PAGES);
    const runs = await Promise.all(found.map((run) => showRun(ports, run)));
    return { runs, ...(after !== undefined && { next: after }) };
  },

  'run.show': async (ports, { runId }) => showRun(ports, await knownRun(ports, runId)),

  'run.report': async (ports, { runId, class: only, limit, cursor }) => {
    await knownRun(ports, runId);
    const { items, next } = await ports.runs.reported(runId, {
      ...pageOf({ limit, cursor }),
      ...(only !== undefined && { class: only }),
    });
    const differences = items.map(({ fields, ref: username, ...difference }) => ({
      ...difference,
      ...(username !== undefined && { username }),
      ...(fields && { fields: [...fields] }),
    }));
    return { differences, ...(next !== undefined && { next }) };
  },

  'run.entries': async (ports, { runId, outcome, limit, cursor }) => {
    await knownRun(ports, runId);
    const { items, next } = await ports.runs.entries(runId, { outcome, ...pageOf({ limit, cursor }) });
    return { entries: [...items], ...(next !== undefined && { next }) };
  },

  'run.pause': (ports, { runId }, caller) =>
    setStatus(ports, runId, { to: 'paused', reason: `operator:${caller}` }),

  'run.resume': async (ports, { runId }) => {
    await refuseIfBlocked(ports, await knownRun(ports, runId));
    const shown = await setStatus(ports, runId, { to: 'running' });
    // The feeder drops a surplus tick, and the caretaker replaces a lost one.
    await ports.ticks.send({ runId }, 0);
    return shown;
  },

  'run.cancel': (ports, { runId }, caller) =>
    setStatus(ports, runId, { to: 'cancelled', reason: `operator:${caller}` }),

  'run.throttle': async (ports, { runId, ratePerSecond }) => {
    const run = await knownRun(ports, runId);
    if (hasEnded(run.status)) throw ended(run, 'be throttled');
    await ports.runs.setRate(runId, ratePerSecond);
    const changed = await knownRun(ports, runId);
    // The waiting tick was sent for the old rate. If it comes too early it waits again; if too late, this one comes first.
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

/** Does nothing if the run has the status already. Throws conflict RUN_ENDED, RUN_STATUS. */
async function setStatus(
  ports: ControlPorts,
  runId: string,
  { to, reason }: { readonly to: 'paused' | 'running' | 'cancelled'; readonly reason?: string },
): Promise<ShownRun> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const run = await knownRun(ports, runId);
    if (hasStatus(run.status, to)) return showRun(ports, run);
    if (hasEnded(run.status)) throw ended(run, `become ${to}`);
    if (!mayMove(run.status, to)) break;
    if ((await ports.runs.setStatus(run, to, reason)) === 'changed')
      return showRun(ports, await knownRun(ports, runId));
  }
  throw conflict(
    'RUN_STATUS',
    `Run ${runId} is changing its status right now. Check it (\`run show\`) and try again.`,
  );
}

/** A preparing run becomes running by itself. */
function hasStatus(status: RunStatus, wanted: RunStatus): boolean {
  return status === wanted || (status === 'preparing' && wanted === 'running');
}

function ended({ id, status }: Run, request: string): ControlError {
  return conflict(
    'RUN_ENDED',
    `Run ${id} is ${status} and cannot ${request}. Start another one (\`run start\`).`,
  );
}
