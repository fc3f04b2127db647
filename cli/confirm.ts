import { usageError } from './cli-error.ts';
import { errorText, type Session } from './session.ts';

export interface Confirmation {
  /** What the command would do, in one sentence. */
  readonly consequence: string;
  /** What a person has to type. */
  readonly word: string;
  /** --yes was given. */
  readonly isAgreed: boolean | undefined;
  /** Runs before a person is asked; throws CliError if the object does not exist. */
  readonly check?: () => Promise<void>;
}

/** Before something that cannot be undone, a person types its name and a script gives --yes. Throws CliError otherwise. */
export async function confirm(
  { shell, target }: Pick<Session, 'shell' | 'target'>,
  { consequence, word, isAgreed, check }: Confirmation,
): Promise<void> {
  if (isAgreed) return;
  if (!shell.isInteractive) throw usageError(`${consequence} To confirm, repeat the command with --yes.`);
  await check?.();
  const { stage } = await target();
  const question = [consequence, `Stage "${stage}". Type "${word}" to confirm, anything else to cancel:`];
  const answer = await shell.ask(`${errorText(shell, question)} `);
  if (answer.trim() !== word) throw usageError('Nothing was changed.');
}
