import { Writable } from 'node:stream';
import { layout } from '../render/layout.ts';
import type { Session } from '../session.ts';

/** Without a terminal, a line is printed when it has changed, at most this often. */
const LINE_MS = 5_000;

/** Shows the progress of a long operation on standard error. */
export interface ProgressDisplay {
  update(line: string): void;
  /** Shows the last line, which stays. */
  done(line: string): void;
}

/** Lines that replace each other on a terminal, plain lines elsewhere, nothing with --json. */
export async function createProgressDisplay({ shell, options }: Session): Promise<ProgressDisplay> {
  if (options.json) return { update: () => undefined, done: () => undefined };
  if (!shell.isInteractive) return plainLines(shell);
  const { createLogUpdate } = await import('log-update');
  const stream = new Writable({
    write(chunk, _encoding, next) {
      shell.err(String(chunk));
      next();
    },
  });
  Object.defineProperty(stream, 'columns', { get: () => shell.width });
  const show = createLogUpdate(stream, { showCursor: true });
  const update = (line: string) => show(layout(line, shell.width));
  return {
    update,
    done(line) {
      update(line);
      show.done();
    },
  };
}

function plainLines({ err, now }: Session['shell']): ProgressDisplay {
  let shown = '';
  let shownAt = 0;
  const print = (line: string) => {
    if (line === shown) return;
    shown = line;
    shownAt = now();
    err(`${line}\n`);
  };
  return {
    update: (line) => {
      if (now() - shownAt >= LINE_MS) print(line);
    },
    done: print,
  };
}
