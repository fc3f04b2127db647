import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { MetricStore } from '../contract.ts';
import { recordEmbeddedMetrics } from './emf.ts';

export interface LogLine {
  /** Number of the line, counted over all functions. */
  readonly sequence: number;
  readonly at: Date;
  readonly functionName: string;
  /** Absent for lines from outside an invocation. */
  readonly requestId: string | undefined;
  readonly text: string;
}

/** Standard output of one environment. */
export interface FunctionOutput {
  write(requestId: string | undefined, text: string): void;
  /** Accepts a last line without a line break. */
  end(): void;
}

export interface Output {
  open(functionName: string): FunctionOutput;
  /** The newest lines, oldest first, of one function or of all. */
  lines(functionName?: string): readonly LogLine[];
  close(): Promise<void>;
}

/** Log lines kept in memory. */
const maxLines = 2000;

/** Records metric lines as metrics; writes every other line to memory and to `<folder>/<function>.log`. */
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
    if (ring.length > maxLines) ring.shift();
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
