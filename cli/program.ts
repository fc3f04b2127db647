import { Command, CommanderError, Option } from 'commander';
import { type CommandGroup, createRunner, errorDocument } from './action.ts';
import { wholeNumber } from './arguments.ts';
import { usageError } from './cli-error.ts';
import { addDoctorCommand } from './commands/doctor-command.ts';
import { addFailureCommands } from './commands/failure-commands.ts';
import { addQueueCommands } from './commands/queue-commands.ts';
import { addReconcileCommand } from './commands/reconcile-command.ts';
import { addRecordCommands } from './commands/record-commands.ts';
import { addRecordListCommand } from './commands/record-list-command.ts';
import { addRunCommands } from './commands/run-commands.ts';
import { addScheduleCommands } from './commands/schedule-commands.ts';
import { addStatusCommands } from './commands/status-commands.ts';
import { addSubscriptionCommands } from './commands/subscription-commands.ts';
import { addSwitchCommands } from './commands/switch-commands.ts';
import { addTailCommand } from './commands/tail-command.ts';
import { exitCodes } from './exit-codes.ts';
import type { Shell } from './shell.ts';

const groups: readonly (readonly [heading: string, ...groups: CommandGroup[]])[] = [
  ['See:', addStatusCommands, addTailCommand],
  ['Runs:', addRunCommands, addReconcileCommand],
  ['Failures:', addFailureCommands, addQueueCommands],
  ['Switches:', addSwitchCommands, addScheduleCommands],
  ['Single customers:', addRecordCommands, addRecordListCommand],
  ['Systems:', addSubscriptionCommands, addDoctorCommand],
];

/** Does one command line; answers the exit code. Never throws. */
export async function runCli(args: readonly string[], shell: Shell): Promise<number> {
  let exitCode: number = exitCodes.ok.code;
  const program = createProgram(shell, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for is no error; commander has told the rest to a person.
    if (error.exitCode === 0) return exitCodes.ok.code;
    if (asksForJson(args)) shell.out(errorDocument(usageError(problemOf(error))));
    return exitCodes.invalid.code;
  }
  return exitCode;
}

/** A line that commander refuses was not read to its end. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).includes('--json');
}

/** Commander's own word for a line that names no command, or only the first half of one. */
const NO_COMMAND = 'commander.help';

function problemOf({ code, message }: CommanderError): string {
  if (code === NO_COMMAND) return 'There is a word missing that says what to do; --help lists the commands.';
  return message.replace(/^error: /, '');
}

export function createProgram(shell: Shell, onEnd: (exitCode: number) => void): Command {
  const program = new Command('connector')
    .description('See and steer the connector that brings commercetools customers to Fluent OMS.')
    .exitOverride()
    .helpCommand(false)
    .configureOutput({ writeOut: shell.out, writeErr: shell.err })
    .configureHelp({ showGlobalOptions: true })
    .option('--stage <name>', 'the connector of this stage on AWS')
    .option('--local', 'the one of "npm start" on this machine (the default if it answers)')
    .addOption(
      new Option('--port <n>', 'first port of "npm start"').argParser(wholeNumber(1, 65_533)).default(4_100),
    )
    .option('--region <region>', 'AWS region (default: of the stage, else AWS_REGION)')
    .option('--profile <profile>', 'AWS profile (default: AWS_PROFILE)')
    .option('--handler <name>', 'which handler', 'customer')
    .option('--json', 'the whole answer as JSON on standard output, and nothing else there')
    .option('--plain', 'do not mask personal data')
    .addHelpText(
      'after',
      `
Examples:
  $ connector status
  $ connector explain jane@example.com --stage prod
  $ connector run start full --wait
  $ connector reconcile --compare oms --since 24h --json

Exit codes: ${Object.values(exitCodes)
        .map(({ code }) => code)
        .join(', ')}; docs/cli.md says what each means.`,
    );
  const runner = createRunner(shell, onEnd);
  for (const [heading, ...adders] of groups) {
    program.commandsGroup(heading);
    for (const add of adders) add(program, runner);
  }
  return program;
}
