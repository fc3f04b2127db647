import type { Command } from 'commander';
import { CliError } from './cli-error.ts';
import { awsFailure } from './connection/aws-failure.ts';
import { exitCodes, type Outcome } from './exit-codes.ts';
import { createSession, errorText, type GlobalOptions, type Session } from './session.ts';
import type { Shell } from './shell.ts';

/** The code of a command. Without an outcome it succeeded. */
export type Action<A extends readonly unknown[], O> = (
  session: Session,
  input: { readonly args: A; readonly options: O },
) => Promise<Outcome | undefined>;

/** Adds the commands of one group to the program. */
export type CommandGroup = (program: Command, runner: Runner) => void;

/** Turns an action into what commander calls: creates its session, prints its errors, keeps its exit code. */
export type Runner = <A extends readonly unknown[], O>(
  action: Action<A, O>,
) => (...given: unknown[]) => Promise<void>;

export function createRunner(shell: Shell, onEnd: (exitCode: number) => void): Runner {
  return <A extends readonly unknown[], O>(action: Action<A, O>) =>
    async (...given: unknown[]) => {
      // Commander passes the arguments, then the options, then the command.
      const command = given.at(-1) as Command;
      const args = given.slice(0, -2) as unknown as A;
      const isHandlerGiven = command.getOptionValueSourceWithGlobals('handler') === 'cli';
      const session = createSession(shell, { ...command.optsWithGlobals<GlobalOptions>(), isHandlerGiven });
      try {
        const outcome = await action(session, { args, options: command.opts() as O });
        onEnd(exitCodes[outcome ?? 'ok'].code);
      } catch (error) {
        onEnd(await printError(session, error));
      } finally {
        session.end();
      }
    };
}

/** A person reads the error on standard error; with --json a script finds it on standard output as well. */
async function printError(session: Session, error: unknown): Promise<number> {
  const { shell, options } = session;
  const failure = await asCliError(session, error);
  const { code, message, violations } = failure;
  const details = violations
    .filter((each) => each.message !== message)
    .map((each) => `  ${each.path || '(whole input)'}: ${each.message}`);
  shell.err(`${errorText(shell, [`${message} [${code}]`, ...details])}\n`);
  if (options.json) shell.out(errorDocument(failure));
  return failure.exitCode;
}

/** What --json prints instead of an answer. */
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
