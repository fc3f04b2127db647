/** Shows the progress of long work: one line that is overwritten on a terminal, a line every two seconds elsewhere. */
export interface Progress {
  show(text: string): void;
  /** Replaces the line with its final text. */
  done(text: string): void;
}

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let lastAt = 0;
  return {
    show(text) {
      if (stream.isTTY) stream.write(`\r\x1b[K${text}`);
      else if (Date.now() - lastAt > 2_000) {
        lastAt = Date.now();
        stream.write(`${text}\n`);
      }
    },
    done(text) {
      stream.write(stream.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`);
    },
  };
}

/** Shows nothing. */
export const silent: Progress = { show: () => undefined, done: () => undefined };
