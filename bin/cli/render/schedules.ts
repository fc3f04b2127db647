import type { OperationOutput } from '../../../lambdas/control/operations.ts';
import { textTable } from './text-table.ts';
import { durationText, timeText } from './values.ts';

export function schedulesText(schedules: OperationOutput<'schedule.list'>['schedules']): string {
  const rows = schedules.map((schedule) => [
    schedule.name,
    schedule.handler,
    schedule.enabled ? 'on' : 'off',
    durationText(schedule.everyMinutes * 60_000),
    schedule.enabled && schedule.nextAt !== undefined ? timeText(schedule.nextAt) : '',
    schedule.lastAt === undefined ? '' : timeText(schedule.lastAt),
    schedule.lastProblem ?? schedule.lastRunId ?? '',
  ]);
  return textTable(['schedule', 'handler', '', 'every', 'next', 'last', 'last run or problem'], rows);
}
