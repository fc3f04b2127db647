import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { EnvFileError, readSystems, type Systems } from '../lambdas/core/operations/env-file-systems.ts';

/** The real systems that `--env-file` names. If the file cannot be used, prints why and exits with status 2. */
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
