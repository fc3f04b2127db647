import { Command, CommanderError, Option } from 'commander';
import { usageError } from './cli-error.ts';
import { type CommandGroup, createRunner, errorDocument } from './command-runner.ts';
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
import { addNotes, configureHelp } from './help.ts';
import { wholeNumber } from './option-parsers.ts';
import type { Shell } from './shell.ts';

const groups: readonly (readonly [heading: string, ...groups: CommandGroup[]])[] = [
  ['Overview:', addStatusCommands, addTailCommand],
  ['Runs:', addRunCommands, addReconcileCommand],
  ['Failures and queues:', addFailureCommands, addQueueCommands],
  ['Switches and schedules:', addSwitchCommands, addScheduleCommands],
  ['Single customers:', addRecordCommands, addRecordListCommand],
  ['Connected systems:', addSubscriptionCommands, addDoctorCommand],
];

/** Runs one command line and returns its exit code. Never throws. */
export async function runCli(args: readonly string[], shell: Shell): Promise<number> {
  let exitCode: number = exitCodes.ok.code;
  const program = createProgram(shell, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Requested help is not an error; other messages were printed by commander already.
    if (error.exitCode === 0) return exitCodes.ok.code;
    if (asksForJson(args)) shell.out(errorDocument(usageError(messageOf(error))));
    return exitCodes.invalid.code;
  }
  return exitCode;
}

/** Commander stops at the first error, so --json may not have been parsed yet. */
function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).includes('--json');
}

/** Code of commander for a line without a command, or with only the first word of one. */
const NO_COMMAND = 'commander.help';

function messageOf({ code, message }: CommanderError): string {
  if (code === NO_COMMAND) return 'Missing subcommand. --help lists the commands.';
  return message.replace(/^error: /, '');
}

export function createProgram(shell: Shell, onEnd: (exitCode: number) => void): Command {
  const width = () => shell.width;
  const program = configureHelp(new Command('connector'))
    .description('Monitor and operate the connector that syncs commercetools customers to Fluent OMS.')
    .exitOverride()
    .helpCommand(false)
    .configureOutput({
      writeOut: shell.out,
      writeErr: shell.err,
      getOutHelpWidth: width,
      getErrHelpWidth: width,
    })
    .option('--stage <name>', 'the connector of this stage on AWS')
    .option('--local', 'the connector of "npm start" on this machine (default if it is running)')
    .addOption(
      new Option('--port <n>', 'first port of "npm start"').argParser(wholeNumber(1, 65_533)).default(4_100),
    )
    .option('--region <region>', 'AWS region (default: the region of the stage, else AWS_REGION)')
    .option('--profile <profile>', 'AWS profile (default: AWS_PROFILE)')
    .option('--handler <name>', 'handler to act on', 'customer')
    .option('--json', 'print the complete answer as JSON')
    .option('--plain', 'do not mask personal data');
  const codes = Object.values(exitCodes).map(({ code }) => code);
  addNotes(program, [
    'Examples:',
    '  $ connector status',
    '  $ connector explain jane@example.com --stage prod',
    '  $ connector run start full --wait',
    '  $ connector reconcile --compare oms --since 24h --json',
    '',
    `Exit codes: ${codes.join(', ')}. docs/cli.md explains them.`,
  ]);
  const runner = createRunner(shell, onEnd);
  for (const [heading, ...adders] of groups) {
    program.commandsGroup(heading);
    for (const add of adders) add(program, runner);
  }
  return program;
}
