import { usageError } from './cli-error.ts';
import type { Session } from './session.ts';

export interface Danger {
  /** What it would do, in one sentence that does not sound as if it were done. */
  readonly consequence: string;
  /** What a person has to type. */
  readonly word: string;
  readonly isAgreed: boolean | undefined;
  /** Before a person is asked: throws CliError if there is nothing to agree to. */
  readonly check?: () => Promise<void>;
}

/** Before what cannot be undone: a person types its name, a script says --yes. Throws CliError otherwise. */
export async function confirm(
  { shell, target }: Pick<Session, 'shell' | 'target'>,
  danger: Danger,
): Promise<void> {
  if (danger.isAgreed) return;
  if (!shell.isInteractive) throw usageError(`${danger.consequence} If that is meant, repeat it with --yes.`);
  await danger.check?.();
  const { stage } = await target();
  const answer = await shell.ask(
    `${danger.consequence}\nStage "${stage}". Type "${danger.word}" to go on, anything else to leave it: `,
  );
  if (answer.trim() !== danger.word) throw usageError('Nothing was changed.');
}
