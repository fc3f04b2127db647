import type { Command } from 'commander';
import { awsFailure } from './aws-failure.ts';
import { CliError } from './cli-error.ts';
import { type Ending, exitCodes } from './exit-codes.ts';
import { plainText } from './render/plain-text.ts';
import { createSession, type GlobalOptions, type Session } from './session.ts';
import type { Shell } from './shell.ts';

/** What a command does with its session, its arguments and its options; answers how it ended if not simply well. */
export type Act<A extends readonly unknown[], O> = (
  session: Session,
  input: { readonly args: A; readonly options: O },
) => Promise<Ending | undefined>;

/** Commands of one group hang themselves on the program. */
export type CommandGroup = (program: Command, runner: Runner) => void;

/** Does a command: makes its session, tells what went wrong, keeps the exit code. */
export type Runner = <A extends readonly unknown[], O>(
  act: Act<A, O>,
) => (...given: unknown[]) => Promise<void>;

export function createRunner(shell: Shell, onEnd: (exitCode: number) => void): Runner {
  return <A extends readonly unknown[], O>(act: Act<A, O>) =>
    async (...given: unknown[]) => {
      // Commander hands over the arguments, the options and the command, in this order.
      const command = given.at(-1) as Command;
      const args = given.slice(0, -2) as unknown as A;
      const isHandlerGiven = command.getOptionValueSourceWithGlobals('handler') === 'cli';
      const session = createSession(shell, { ...command.optsWithGlobals<GlobalOptions>(), isHandlerGiven });
      try {
        const ending = await act(session, { args, options: command.opts() as O });
        onEnd(exitCodes[ending ?? 'ok'].code);
      } catch (error) {
        onEnd(await tell(session, error));
      } finally {
        session.end();
      }
    };
}

/** A person reads a sentence on standard error; a script that asked for JSON finds the same as JSON on standard output. */
async function tell(session: Session, error: unknown): Promise<number> {
  const { shell, options } = session;
  const failure = await asCliError(session, error);
  const { code, message, violations } = failure;
  const details = violations
    .filter((each) => each.message !== message)
    .map((each) => `  ${each.path || '(whole)'}: ${each.message}`);
  shell.err(`${plainText([`${message} [${code}]`, ...details].join('\n'))}\n`);
  if (options.json) shell.out(errorDocument(failure));
  return failure.exitCode;
}

/** What a script that asked for JSON finds in place of an answer. */
export function errorDocument({ kind, code, message, violations }: CliError): string {
  const error = { kind, code, message, ...(violations.length > 0 && { violations }) };
  return `${JSON.stringify({ error }, undefined, 2)}\n`;
}

async function asCliError(session: Session, error: unknown): Promise<CliError> {
  if (error instanceof CliError) return error;
  const target = await session.target().catch(() => undefined);
  if (target) return awsFailure(error, target);
  return new CliError(
    { kind: 'internal', code: 'INTERNAL' },
    error instanceof Error ? error.message : String(error),
  );
}
