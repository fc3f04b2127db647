import { Argument, Option } from 'commander';
import { type ScheduleName, scheduleNames } from '../../lambdas/core/base/live-settings.ts';
import { usageError } from '../cli-error.ts';
import type { CommandGroup } from '../command-runner.ts';
import { filterByHandler } from '../handler-filter.ts';
import { minutes, moment } from '../option-parsers.ts';
import { schedulesView } from '../render/render-schedules.ts';

interface Flags {
  readonly every?: number;
  readonly next?: string;
  readonly on?: boolean;
  readonly off?: boolean;
}

/** `schedules`: the runs that start automatically. */
export const addScheduleCommands: CommandGroup = (program, runner) => {
  const schedules = program
    .command('schedules')
    .description('list the runs that start automatically, and when')
    .action(
      runner<[], object>(async (session) => {
        const answer = await session.control('schedule.list', {});
        const shown = filterByHandler(session, answer.schedules);
        session.print({ schedules: shown }, () => schedulesView(shown));
      }),
    );
  schedules
    .command('set')
    .description('change a schedule')
    .addArgument(new Argument('<name>', 'schedule').choices(scheduleNames))
    .addOption(new Option('--every <duration>', 'interval: 15m, 24h, 7d').argParser(minutes))
    .addOption(new Option('--next <time>', 'next start, for example 2026-11-22T02:00:00Z').argParser(moment))
    .option('--on', 'enable it')
    .addOption(new Option('--off', 'disable it').conflicts('on'))
    .action(
      runner<[ScheduleName], Flags>(async ({ options, show }, { args: [name], options: flags }) => {
        const { every: everyMinutes, next: nextAt, on, off } = flags;
        const enabled = on || off ? on === true : undefined;
        if (everyMinutes === undefined && nextAt === undefined && enabled === undefined) {
          throw usageError('Nothing to change. Give --every DURATION, --next TIME, --on or --off.');
        }
        const input = { handler: options.handler, name, enabled, everyMinutes, nextAt };
        await show('schedule.set', input, (schedule) => schedulesView([schedule]));
      }),
    );
};
