import { setTimeout as sleep } from 'node:timers/promises';
import { usageError } from '../../cli/cli-error.ts';
import { runCli } from '../../cli/program.ts';
import type { Shell } from '../../cli/shell.ts';

/** 2026-11-21 21:00:00 UTC. */
export const NOW = Date.UTC(2026, 10, 21, 21);

export interface Result {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  readonly json: () => unknown;
  readonly files: ReadonlyMap<string, string>;
}

/** A person at a terminal who gives these answers in order. Without answers, a script. */
export interface Person {
  readonly answers?: readonly string[];
  /** Presses Ctrl-C after this many waits. */
  readonly interruptsAfter?: number;
  readonly files?: ReadonlyMap<string, string>;
  /** Columns of the terminal; default 100. */
  readonly width?: number;
  /** Really sleeps, with the real clock. */
  readonly isAwake?: boolean;
}

/** Runs one command line in a shell whose clock moves only while it sleeps. */
export async function connector(
  args: readonly string[],
  { answers, interruptsAfter, files: existing, width = 100, isAwake = false }: Person = {},
): Promise<Result> {
  const written = { out: '', err: '' };
  const files = new Map(existing);
  const interrupt = new AbortController();
  const remaining = [...(answers ?? [])];
  let now = NOW;
  let waits = 0;
  const shell: Shell = {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    isInteractive: answers !== undefined,
    ask: async (question) => {
      written.err += question;
      return remaining.shift() ?? '';
    },
    width,
    userName: () => 'jane',
    now: () => (isAwake ? Date.now() : now),
    sleep: async (milliseconds) => {
      if (isAwake) await sleep(milliseconds);
      now += milliseconds;
      waits += 1;
      if (waits === interruptsAfter) interrupt.abort();
    },
    interrupted: interrupt.signal,
    readFile: async (path) => files.get(path) ?? '',
    checkWritable: async (path) => {
      if (path.startsWith('/nowhere/')) throw usageError(`Cannot write ${path} (ENOENT).`);
    },
    writeFile: async (path, text) => void files.set(path, text),
  };
  const exitCode = await runCli(args, shell);
  return { exitCode, ...written, json: () => JSON.parse(written.out), files };
}
