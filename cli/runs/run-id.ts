import { CliError, usageError } from '../cli-error.ts';
import type { Session } from '../session.ts';

/** Resolves `last` to the newest run of the handler; anything else must be the id of a run. */
export async function runIdOf({ control, options }: Session, reference: string): Promise<string> {
  if (/^[0-9a-f-]{36}$/.test(reference)) return reference;
  if (reference !== 'last') {
    throw usageError(
      `"${reference.slice(0, 60)}" is not a run id. "connector run list" shows the ids; "last" is the newest run.`,
    );
  }
  const { runs } = await control('run.list', { handler: options.handler, limit: 1 });
  const [newest] = runs;
  if (newest) return newest.id;
  throw new CliError({ kind: 'not-found', code: 'NO_RUN' }, `Handler ${options.handler} has no runs yet.`);
}
