import { Option } from 'commander';
import type { CommandGroup } from '../action.ts';
import { id, moment, pastMoment } from '../arguments.ts';

interface Flags {
  readonly follow?: boolean;
  readonly id?: string;
  readonly failed?: boolean;
  readonly all?: boolean;
  readonly since: string;
}

/** `tail`: what the functions log. */
export const addTailCommand: CommandGroup = (program, runner) => {
  program
    .command('tail')
    .description('how notifications ended and what operators did, from the functions’ logs')
    .option('-f, --follow', 'go on until Ctrl-C')
    .addOption(new Option('--id <id>', 'only this customer').argParser(id))
    .option('--failed', 'only failures and tries that failed')
    .option('--all', 'also who only looked: status, lists, every look of --wait')
    .addOption(
      new Option('--since <time>', 'from when on: 15m, 24h, or a time')
        .argParser(pastMoment)
        .default(moment('15m'), '15m'),
    )
    .addHelpText(
      'after',
      `
With --json every line is an object of its own.

Examples:
  $ connector tail --follow
  $ connector tail --since 24h --failed
  $ connector tail --id 3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f --since 7d`,
    )
    .action(
      runner<[], Flags>(async (session, { options: flags }) => {
        const { tail } = await import('../tail.ts');
        await tail(session, {
          from: Date.parse(flags.since),
          follow: flags.follow === true,
          id: flags.id,
          onlyFailures: flags.failed === true,
          all: flags.all === true,
        });
        return 'ok';
      }),
    );
};
