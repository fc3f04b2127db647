import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Runs a script of this folder in its own process. */
export async function command(
  script: string,
  ...args: readonly string[]
): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args]);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      output += data.toString();
    });
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}

/** The last line, which holds the totals. */
export function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1) ?? '';
}
