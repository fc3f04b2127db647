import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { durationText, minuteText } from './values.ts';
import { table, type View } from './view.ts';

export function schedulesView(schedules: OperationOutput<'schedule.list'>['schedules']): View {
  const rows = schedules.map((schedule) => [
    schedule.name,
    schedule.handler,
    schedule.enabled ? 'on' : 'off',
    durationText(schedule.everyMinutes * 60_000),
    schedule.enabled && schedule.nextAt !== undefined ? minuteText(schedule.nextAt) : '',
    schedule.lastAt === undefined ? '' : minuteText(schedule.lastAt),
    schedule.lastProblem ?? '',
  ]);
  return table(['schedule', 'handler', 'state', 'every', 'next', 'last', 'problem'], rows);
}
