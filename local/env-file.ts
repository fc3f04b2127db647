import { readFileSync } from 'node:fs';
import { CliError } from '../cli/cli-error.ts';
import { readSystems, type Systems } from '../cli/systems.ts';

/** The real systems that `--env-file` names; a file that cannot be used is told on standard error and ends with 2. */
export function systemsOfFile(path: string): Systems {
  try {
    return readSystems(readFileSync(path, 'utf8'), path);
  } catch (error) {
    console.error(
      error instanceof CliError ? error.message : `Cannot read ${path}. Copy .env.example to it.`,
    );
    return process.exit(2);
  }
}
