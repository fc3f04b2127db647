import { CliError, usageError } from './cli-error.ts';
import type { Session } from './session.ts';

/** `last` is the newest run of the handler; everything else is the id of a run. */
export async function runIdOf({ control, options }: Session, reference: string): Promise<string> {
  if (/^[0-9a-f-]{36}$/.test(reference)) return reference;
  if (reference !== 'last') {
    throw usageError(
      `"${reference.slice(0, 60)}" is no id of a run. "connector run list" shows them; "last" is the newest.`,
    );
  }
  const { runs } = await control('run.list', { handler: options.handler, limit: 1 });
  const [newest] = runs;
  if (newest) return newest.id;
  throw new CliError({ kind: 'not-found', code: 'NO_RUN' }, 'There was no run yet.');
}
