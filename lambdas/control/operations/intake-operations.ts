import { changeSetting } from '../../runtime/runs/change-setting.ts';
import { catchUp } from '../begin-catch-up.ts';
import type { OperationsOf } from '../ports.ts';

export const intakeOperations: OperationsOf<'intake.stop' | 'intake.start'> = {
  'intake.stop': async (ports, _input, { caller }) => {
    const now = ports.clock();
    const { stopped } = await changeSetting(ports.settings.intake(), (value) =>
      value.stopped ? value : { ...value, stopped: { since: now, by: caller } },
    );
    await ports.switches.setIntake(false);
    return { stoppedSince: stopped?.since ?? now };
  },

  /**
   * Real-time sync first, the past then: what happens from now on must not wait for what happened before. May be repeated
   * after any crash, until the catch-up is on its way.
   */
  'intake.start': async (ports, _input, { caller }) => {
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
