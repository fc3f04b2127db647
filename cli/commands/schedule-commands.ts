import { Argument, Option } from 'commander';
import { type ScheduleName, scheduleNames } from '../../lambdas/core/base/live-settings.ts';
import type { CommandGroup } from '../action.ts';
import { minutes, moment } from '../arguments.ts';
import { usageError } from '../cli-error.ts';
import { onlyHandler } from '../only-handler.ts';
import { schedulesText } from '../render/render-schedules.ts';

interface Flags {
  readonly every?: number;
  readonly next?: string;
  readonly on?: boolean;
  readonly off?: boolean;
}

/** `schedules`: what the connector starts by itself. */
export const addScheduleCommands: CommandGroup = (program, runner) => {
  const schedules = program
    .command('schedules')
    .description('what the connector starts by itself, and when')
    .action(
      runner<[], object>(async (session) => {
        const { schedules: all } = await session.control('schedule.list', {});
        const shown = onlyHandler(session, all);
        session.print({ schedules: shown }, () => schedulesText(shown));
        return 'ok';
      }),
    );
  schedules
    .command('set')
    .description('switch or move a schedule')
    .addArgument(new Argument('<name>').choices(scheduleNames))
    .addOption(new Option('--every <time>', 'how often: 15m, 24h, 7d').argParser(minutes))
    .addOption(
      new Option('--next <time>', 'when it starts next, for example 2026-11-22T02:00:00Z').argParser(moment),
    )
    .option('--on', 'switch it on')
    .addOption(new Option('--off', 'switch it off').conflicts('on'))
    .action(
      runner<[ScheduleName], Flags>(
        async ({ control, options: { handler }, print }, { args: [name], options: flags }) => {
          const { every, next, on, off } = flags;
          if (every === undefined && next === undefined && !on && !off) {
            throw usageError('Say what to change: --every TIME, --next TIME, --on or --off.');
          }
          const schedule = await control('schedule.set', {
            handler,
            name,
            ...((on || off) && { enabled: on === true }),
            ...(every !== undefined && { everyMinutes: every }),
            ...(next !== undefined && { nextAt: next }),
          });
          print(schedule, () => schedulesText([schedule]));
          return 'ok';
        },
      ),
    );
};
