import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { MetricStore } from '../parts.ts';
import { recordEmbeddedMetrics } from './emf.ts';

export interface LogLine {
  /** Grows by one with every line of the process. */
  readonly sequence: number;
  readonly at: Date;
  readonly functionName: string;
  /** Absent for what the runtime wrote outside an invocation. */
  readonly requestId: string | undefined;
  readonly text: string;
}

/** Standard output of one environment. */
export interface FunctionOutput {
  write(requestId: string | undefined, text: string): void;
  /** Takes over a last line that has no line end. */
  end(): void;
}

export interface Output {
  open(functionName: string): FunctionOutput;
  /** The newest lines, oldest first; of all functions when no name is given. */
  lines(functionName?: string): readonly LogLine[];
  close(): Promise<void>;
}

const kept = 2000;

/** Metric lines go to the store, every other line to memory and to `<folder>/<function>.log`, as printed. */
export function createOutput(options: { metrics: MetricStore; logFolder: string | undefined }): Output {
  const ring: LogLine[] = [];
  let sequence = 0;
  const files = new Map<string, WriteStream>();
  const fileOf = (functionName: string): WriteStream | undefined => {
    if (options.logFolder === undefined) return undefined;
    const open = files.get(functionName);
    if (open) return open;
    mkdirSync(options.logFolder, { recursive: true });
    const file = createWriteStream(join(options.logFolder, `${functionName}.log`), { flags: 'a' });
    files.set(functionName, file);
    return file;
  };
  const accept = (functionName: string, requestId: string | undefined, text: string): void => {
    if (text === '' || recordEmbeddedMetrics(text, options.metrics)) return;
    sequence += 1;
    ring.push({ sequence, at: new Date(), functionName, requestId, text });
    if (ring.length > kept) ring.shift();
    fileOf(functionName)?.write(`${text}\n`);
  };

  return {
    open(functionName) {
      let rest = '';
      let owner: string | undefined;
      return {
        write(requestId, text) {
          owner = requestId;
          const lines = (rest + text).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) accept(functionName, requestId, line);
        },
        end() {
          accept(functionName, owner, rest);
          rest = '';
        },
      };
    },
    lines: (functionName) => ring.filter((line) => !functionName || line.functionName === functionName),
    async close() {
      await Promise.all(
        [...files.values()].map((file) => new Promise<void>((resolve) => file.end(() => resolve()))),
      );
      files.clear();
    },
  };
}
