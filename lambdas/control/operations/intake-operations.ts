import { startCatchUp } from '../../runtime/runs/catch-up.ts';
import { changeSetting } from '../../runtime/runs/change-setting.ts';
import { type StartRunRequest, startRun } from '../../runtime/runs/start-run.ts';
import type { OperationOutput } from '../api/control-api.ts';
import type { intakeApi } from '../api/intake-api.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';

export const intakeOperations: OperationsOf<typeof intakeApi> = {
  'intake.stop': async (ports, _input, caller) => {
    const now = ports.clock();
    const { stopped } = await changeSetting(ports.settings.intake(), (value) =>
      value.stopped ? value : { ...value, stopped: { since: now, by: caller } },
    );
    await ports.switches.setIntake(false);
    return { stoppedSince: stopped?.since ?? now };
  },

  /** Enables the rule first, so that new changes do not wait for old ones. May be repeated. */
  'intake.start': async (ports, _input, caller) => {
    const { catchUpFrom } = await changeSetting(ports.settings.intake(), (value) => {
      const since = value.stopped?.since;
      if (since === undefined) return value;
      const catchUpFrom = Math.min(since, value.catchUpFrom ?? since, value.replay?.from ?? since);
      return { catchUpFrom, startedAt: ports.clock() };
    });
    await ports.switches.setIntake(true);
    if (catchUpFrom === undefined) return { catchUpRunIds: [] };
    return { stoppedSince: catchUpFrom, ...(await catchUp(ports, catchUpFrom, `catch-up:${caller}`)) };
  },
};

/**
 * Replays the archive of the partner bus, because only notifications report deletes and erasures, and
 * reconciles every handler with commercetools. The caretaker starts a reconcile that cannot start now.
 * `from`: milliseconds since the epoch.
 */
async function catchUp(
  ports: ControlPorts,
  from: number,
  startedBy: string,
): Promise<Omit<OperationOutput<'intake.start'>, 'stoppedSince'>> {
  const now = ports.clock();
  const start = from - ports.runSettings.overlapSeconds * 1_000;
  const replay = await ports.switches.replay(`catch-up-${from}-${now}`, start, now);
  const startingRuns = { ...ports, startRun: (request: StartRunRequest) => startRun(ports, request) };
  const { runs, refusals } = await startCatchUp(startingRuns, from, startedBy);
  const catchUpRunIds = Object.values(runs);
  if (refusals.length === 0) return { catchUpRunIds, replay };
  const note =
    `Real-time sync is on. Earlier changes are not caught up yet: ${refusals.join('; ')} ` +
    'After that the reconcile starts by itself within two minutes; `status` shows it.';
  return { catchUpRunIds, replay, note };
}
