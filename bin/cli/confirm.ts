import { usageError } from './cli-error.ts';
import type { Session } from './session.ts';

export interface Danger {
  /** What will be lost, in one sentence. */
  readonly consequence: string;
  /** What a person has to type. */
  readonly word: string;
  readonly isAgreed: boolean | undefined;
}

/** Before what cannot be undone: a person types its name, a script says --yes. Throws CliError otherwise. */
export async function confirm(
  { shell, target }: Pick<Session, 'shell' | 'target'>,
  danger: Danger,
): Promise<void> {
  if (danger.isAgreed) return;
  if (!shell.isInteractive) throw usageError(`${danger.consequence} If that is meant, repeat it with --yes.`);
  const { stage } = await target();
  const answer = await shell.ask(
    `${danger.consequence}\nStage "${stage}". Type "${danger.word}" to go on, anything else to leave it: `,
  );
  if (answer.trim() !== danger.word) throw usageError('Nothing was changed.');
}
