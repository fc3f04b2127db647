import type { OperationOutput } from '../../lambdas/control/api/control-api.ts';
import { textTable } from './text-table.ts';
import { durationText, minuteText } from './values.ts';

export function schedulesText(schedules: OperationOutput<'schedule.list'>['schedules']): string {
  const rows = schedules.map((schedule) => [
    schedule.name,
    schedule.handler,
    schedule.enabled ? 'on' : 'off',
    durationText(schedule.everyMinutes * 60_000),
    schedule.enabled && schedule.nextAt !== undefined ? minuteText(schedule.nextAt) : '',
    schedule.lastAt === undefined ? '' : minuteText(schedule.lastAt),
    schedule.lastProblem ?? '',
  ]);
  return textTable(['schedule', 'handler', '', 'every', 'next', 'last', 'refused'], rows);
}
