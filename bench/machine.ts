import { execFile } from 'node:child_process';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { Machine } from './report.ts';

/** Load average of the last minute. */
export function loadNow(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}

export function machineNow(loadBefore: number): Machine {
  return {
    node: process.version,
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    loadBefore,
    loadAfter: loadNow(),
  };
}

/** Short hash of the commit, with `+` if deployed or local code differs from it; `unknown` without git. */
export async function commitNow(): Promise<string> {
  const git = async (...args: string[]) =>
    (await promisify(execFile)('git', args, { cwd: import.meta.dirname })).stdout.trim();
  try {
    const changed = await git(
      'status',
      '--porcelain',
      '--',
      ':/lambdas',
      ':/lib',
      ':/local',
      ':/package-lock.json',
    );
    return `${await git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}
