import { type Schedule, type ScheduleName, scheduleNames } from '../../core/base/live-settings.ts';
import { type ControlError, conflict, invalid } from '../../core/operations/control-error.ts';
import { currentSchedule, plannedAt } from '../../core/operations/schedule.ts';
import { changeSetting } from '../../runtime/runs/change-setting.ts';
import type { OperationInput, OperationOutput } from '../api/control-api.ts';
import type { scheduleApi } from '../api/schedule-api.ts';
import { knownHandler } from '../handler-scope.ts';
import type { ControlPorts, OperationsOf } from '../ports.ts';

type ShownSchedule = OperationOutput<'schedule.set'>;
type Change = Pick<OperationInput<'schedule.set'>, 'enabled' | 'everyMinutes' | 'nextAt'>;

const MINUTE = 60_000;

export const scheduleOperations: OperationsOf<typeof scheduleApi> = {
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
      throw invalid('NOTHING_TO_SET', 'Name what to change: enabled, everyMinutes or nextAt.', 'enabled');
    }
    if (nextAt !== undefined && !(Date.parse(nextAt) >= now)) {
      const message = 'The next start must be in the future, as ISO 8601 in UTC: 2026-11-22T02:00:00Z.';
      throw invalid('NEXT_IN_PAST', message, 'nextAt');
    }
    const stored = await changeSetting(ports.settings.schedule(name, handler), (value) => {
      const schedule = present(ports, name, value);
      if (nextAt !== undefined && !(enabled ?? schedule.enabled)) throw disabled(name);
      return changed(schedule, { enabled, everyMinutes, nextAt }, now);
    });
    return shown(name, handler, present(ports, name, stored));
  },
};

/** The schedule as the caretaker will read it. */
function present({ care, clock }: ControlPorts, name: ScheduleName, stored: Schedule | undefined): Schedule {
  return currentSchedule(name, stored, { care, now: clock() });
}

function disabled(name: ScheduleName): ControlError {
  const message = `"${name}" is off, so it has no next start. Switch it on with the same command (connector schedules set ${name} --on --next TIME).`;
  return conflict('SCHEDULE_OFF', message);
}

/** A new or enabled pace counts from the last start, but the next start is never in the past. */
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

/** The schema of the output drops the fields that operators do not see. */
function shown(name: ScheduleName, handler: string, { nextAt, ...schedule }: Schedule): ShownSchedule {
  const next = schedule.enabled && { nextAt: plannedAt({ ...schedule, nextAt }) };
  return { ...schedule, name, handler, ...next };
}
