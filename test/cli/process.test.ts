import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LoopbackControl, startLoopbackControl } from './loopback-control.ts';

let control: LoopbackControl;
beforeAll(async () => {
  control = await startLoopbackControl();
});
afterAll(() => control.stop());

/** As a script runs it. */
const run = (...args: string[]) => runIn({}, ...args);

function runIn(
  env: Record<string, string>,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { cwd: new URL('../..', import.meta.url), env: { ...process.env, ...env } };
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      // `--` as in package.json, because Node would read --env-file itself.
      ['--', 'bin/cli.ts', ...args, '--port', control.port],
      options,
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    ),
  );
}

describe('bin/cli.ts as a process', () => {
  test('has 100 columns without a terminal, unless COLUMNS says otherwise', async () => {
    const widest = ({ stdout }: { stdout: string }) =>
      Math.max(...stdout.split('\n').map((line) => line.length));
    expect(widest(await runIn({ COLUMNS: '' }, 'doctor', '--help'))).toBeGreaterThan(90);
    expect(widest(await runIn({ COLUMNS: 'x' }, 'doctor', '--help'))).toBeLessThanOrEqual(100);
    expect(widest(await runIn({ COLUMNS: '60' }, 'doctor', '--help'))).toBeLessThanOrEqual(60);
  });
  test('prints JSON and nothing else, and exits with 0', async () => {
    control.answers('queue.list', { queues: [] });
    const { code, stdout, stderr } = await run('queues', '--json', '--local');
    expect({ code, answer: JSON.parse(stdout), stderr }).toEqual({
      code: 0,
      answer: { queues: [] },
      stderr: '',
    });
  });
  test('exits with the code of the error', async () => {
    control.refuses('run.start', { kind: 'conflict', code: 'RUN_BUSY', message: 'A run is running.' });
    expect(await run('run', 'start', 'full', '--local')).toEqual({
      code: 4,
      stdout: '',
      stderr: 'A run is running. [RUN_BUSY]\n',
    });
  });
  test('reads an env file itself', async () => {
    expect(await run('doctor', '--env-file', 'nowhere.env')).toMatchObject({
      code: 2,
      stderr: 'Cannot read nowhere.env (ENOENT). [USAGE]\n',
    });
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(scripts).toMatchObject({ start: 'exec node -- local/start.ts', connector: 'node -- bin/cli.ts' });
  });
  test('checks that a file can be written before anything runs', async () => {
    const before = control.requests.length;
    for (const [file, why] of [
      ['nowhere/report.csv', 'ENOENT'],
      ['docs', 'EISDIR'],
    ] as const) {
      expect(await run('reconcile', '--csv', file, '--local')).toMatchObject({
        code: 2,
        stderr: `Cannot write ${file} (${why}). [USAGE]\n`,
      });
    }
    expect(control.requests).toHaveLength(before);
  });
  test('needs --yes for a command that cannot be undone when there is no terminal', async () => {
    const { code, stderr } = await run('queues', 'purge', 'ingest', '--local');
    expect({ code, isReported: stderr.includes('--yes') }).toEqual({ code: 2, isReported: true });
  });
});
