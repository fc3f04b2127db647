import { type Schedule, type ScheduleName, scheduleNames } from '../../core/base/live-settings.ts';
import { type ControlError, conflict, invalid } from '../../core/operations/control-error.ts';
import { defaultSchedule, followStage, plannedAt } from '../../core/operations/schedule.ts';
import { changeSetting } from '../../runtime/runs/change-setting.ts';
import { knownHandler } from '../known-handler.ts';
import type { OperationInput, OperationOutput } from '../operations.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';

type ShownSchedule = OperationOutput<'schedule.set'>;
type Change = Pick<OperationInput<'schedule.set'>, 'enabled' | 'everyMinutes' | 'nextAt'>;

const MINUTE = 60_000;

export const scheduleOperations: OperationsOf<'schedule.list' | 'schedule.set'> = {
  'schedule.list': async (ports) => {
    const all = Object.keys(ports.handlers).flatMap((handler) =>
      scheduleNames.map((name) => ({ handler, name })),
    );
    const schedules = await Promise.all(
      all.map(async ({ handler, name }) => {
        const { value } = await ports.settings.schedule(name, handler).read();
        return shown(name, handler, present(ports, name, value));
      }),
    );
    return { schedules };
  },

  'schedule.set': async (ports, { handler, name, enabled, everyMinutes, nextAt }) => {
    knownHandler(ports, handler);
    const now = ports.clock();
    if (enabled === undefined && everyMinutes === undefined && nextAt === undefined) {
      throw invalid('NOTHING_TO_SET', 'Say what to change: enabled, everyMinutes or nextAt.', 'enabled');
    }
    if (nextAt !== undefined && !(Date.parse(nextAt) >= now)) {
      const message = 'The next start must be a time to come, as ISO 8601 in UTC: 2026-11-22T02:00:00Z.';
      throw invalid('NEXT_IN_PAST', message, 'nextAt');
    }
    const stored = await changeSetting(ports.settings.schedule(name, handler), (value) => {
      const schedule = present(ports, name, value);
      if (nextAt !== undefined && !(enabled ?? schedule.enabled)) throw offHasNoNext(name);
      return changed(schedule, { enabled, everyMinutes, nextAt }, now);
    });
    return shown(name, handler, present(ports, name, stored));
  },
};

/** As the caretaker will see it: what is stored, under the pace of the stage. */
function present({ care, clock }: ControlPorts, name: ScheduleName, stored: Schedule | undefined): Schedule {
  const now = clock();
  return stored ? followStage(stored, name, care, now) : defaultSchedule(name, care, now);
}

function offHasNoNext(name: ScheduleName): ControlError {
  const message = `"${name}" is off: it has no next start. Switch it on with the same command (connector schedules set ${name} --on --next TIME).`;
  return conflict('SCHEDULE_OFF', message);
}

/** Another pace, or a schedule that was off, begins from the last start on, but never in the past: nothing is caught up. */
function changed(schedule: Schedule, { enabled, everyMinutes, nextAt }: Change, now: number): Schedule {
  const { lastProblem: _old, ...kept } = schedule;
  const pace = everyMinutes ?? schedule.everyMinutes;
  const isNew = everyMinutes !== undefined || (enabled === true && !schedule.enabled);
  const following = Math.max(now, (schedule.lastAt ?? now) + pace * MINUTE);
  return {
    ...kept,
    enabled: enabled ?? schedule.enabled,
    everyMinutes: pace,
    nextAt: nextAt === undefined ? (isNew ? following : schedule.nextAt) : Date.parse(nextAt),
  };
}

function shown(name: ScheduleName, handler: string, schedule: Schedule): ShownSchedule {
  const { enabled, everyMinutes, lastAt, lastRunId, lastProblem } = schedule;
  return {
    ...{ name, handler, enabled, everyMinutes },
    ...(enabled && { nextAt: plannedAt(schedule) }),
    ...(lastAt !== undefined && { lastAt }),
    ...(lastRunId !== undefined && { lastRunId }),
    ...(lastProblem !== undefined && { lastProblem }),
  };
}
