import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { EnvFileError, readSystems, type Systems } from '../lambdas/core/operations/env-file-systems.ts';

/** The real systems that `--env-file` names. Prints the reason and exits with code 2 if the file cannot be used. */
export function systemsOfFile(path: string): Systems {
  try {
    return readSystems(parseEnv(readFileSync(path, 'utf8')), path);
  } catch (error) {
    console.error(
      error instanceof EnvFileError ? error.message : `Cannot read ${path}. Copy .env.example to it.`,
    );
    return process.exit(2);
  }
}
