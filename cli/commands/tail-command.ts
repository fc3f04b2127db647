import { Option } from 'commander';
import type { CommandGroup } from '../command-runner.ts';
import { addNotes } from '../help.ts';
import { id, moment, pastMoment } from '../option-parsers.ts';

interface Flags {
  readonly follow?: boolean;
  readonly id?: string;
  readonly failed?: boolean;
  readonly all?: boolean;
  readonly since: string;
}

/** `tail`: the log of the functions. */
export const addTailCommand: CommandGroup = (program, runner) => {
  const command = program
    .command('tail')
    .description('show outcomes of notifications and actions of operators, from the logs of the functions')
    .option('-f, --follow', 'keep watching until Ctrl-C')
    .addOption(new Option('--id <id>', 'only this customer').argParser(id))
    .option('--failed', 'only failures and failed attempts')
    .option('--all', 'include read-only operations of operators, such as status and lists')
    .addOption(
      new Option('--since <time>', 'start at a time or an age: 15m, 24h')
        .argParser(pastMoment)
        .default(moment('15m'), '15m'),
    )
    .action(
      runner<[], Flags>(async (session, { options: flags }) => {
        const { tail } = await import('../logs/tail.ts');
        await tail(session, {
          from: Date.parse(flags.since),
          follow: flags.follow === true,
          id: flags.id,
          onlyFailures: flags.failed === true,
          all: flags.all === true,
        });
      }),
    );
  addNotes(command, [
    'With --json, each line is one JSON object.',
    '',
    'Examples:',
    '  $ connector tail --follow',
    '  $ connector tail --since 24h --failed',
    '  $ connector tail --id 3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f --since 7d',
  ]);
};
