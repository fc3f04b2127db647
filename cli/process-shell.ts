import { access, constants, open, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';
import type { Shell } from './shell.ts';

/** Columns when there is no terminal and COLUMNS is not set. */
const DEFAULT_WIDTH = 100;

/** The shell of this process. A second Ctrl-C ends the process at once. */
export function processShell(): Shell {
  const interrupt = new AbortController();
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted.code);
    interrupt.abort();
  });
  // `connector ... | head` closes our output, which is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  return {
    out: (content) => void process.stdout.write(content),
    err: (content) => void process.stderr.write(content),
    get width() {
      const columns = process.stdout.columns || Number(process.env['COLUMNS']);
      return columns > 0 ? columns : DEFAULT_WIDTH;
    },
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    async ask(question) {
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await prompt.question(question, { signal: interrupt.signal });
      } catch {
        // Ctrl-C or the end of the input is not a consent.
        return '';
      } finally {
        prompt.close();
      }
    },
    userName() {
      try {
        return userInfo().username;
      } catch {
        // A container may run as a user without a name.
        return 'local';
      }
    },
    now: Date.now,
    sleep: (milliseconds) =>
      sleep(milliseconds, undefined, { signal: interrupt.signal }).catch(() => undefined),
    interrupted: interrupt.signal,
    readFile: (path) =>
      path === '-'
        ? text(process.stdin)
        : readFile(path, 'utf8').catch((cause) => fileError('read', path, cause)),
    checkWritable: (path) => checkWritable(path).catch((cause) => fileError('write', path, cause)),
    writeFile: (path, content) => writeFile(path, content).catch((cause) => fileError('write', path, cause)),
  };
}

async function checkWritable(path: string): Promise<void> {
  try {
    // Opening for update fails for a folder and keeps the content of a file.
    await (await open(path, 'r+')).close();
  } catch (error) {
    const isNew = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isNew) throw error;
    await access(dirname(path), constants.W_OK);
  }
}

function fileError(verb: string, path: string, cause: NodeJS.ErrnoException): never {
  throw usageError(`Cannot ${verb} ${path} (${cause.code ?? cause.message}).`);
}
