import { access, constants, open, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { usageError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';
import type { Shell } from './shell.ts';

/** The shell of this process. A second Ctrl-C ends it at once. */
export function processShell(): Shell {
  const interrupt = new AbortController();
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted.code);
    interrupt.abort();
  });
  // `connector ... | head` closes our output: that is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  return {
    out: (content) => void process.stdout.write(content),
    err: (content) => void process.stderr.write(content),
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    async ask(question) {
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return await prompt.question(question, { signal: interrupt.signal });
      } catch {
        // Ctrl-C or the end of input: no answer is no consent.
        return '';
      } finally {
        prompt.close();
      }
    },
    env: process.env,
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
        : readFile(path, 'utf8').catch((cause) => refused('read', path, cause)),
    checkWritable: (path) => checkWritable(path).catch((cause) => refused('write', path, cause)),
    writeFile: (path, content) => writeFile(path, content).catch((cause) => refused('write', path, cause)),
  };
}

async function checkWritable(path: string): Promise<void> {
  try {
    // Refuses a folder too; what stands in the file stays until there is something new to write.
    await (await open(path, 'r+')).close();
  } catch (error) {
    const isNew = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isNew) throw error;
    await access(dirname(path), constants.W_OK);
  }
}

function refused(verb: string, path: string, cause: NodeJS.ErrnoException): never {
  throw usageError(`Cannot ${verb} ${path} (${cause.code ?? cause.message}).`);
}
