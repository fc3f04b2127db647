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
function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const options = { cwd: new URL('../..', import.meta.url) };
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      // `--`, as package.json has it: Node would take --env-file for itself.
      ['--', 'bin/cli.ts', ...args, '--port', control.port],
      options,
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    ),
  );
}

describe('bin/cli.ts as a process', () => {
  test('prints JSON and nothing else, and ends with 0', async () => {
    control.answers('queue.list', { queues: [] });
    const { code, stdout, stderr } = await run('queues', '--json', '--local');
    expect({ code, answer: JSON.parse(stdout), stderr }).toEqual({
      code: 0,
      answer: { queues: [] },
      stderr: '',
    });
  });
  test('ends with the code of the refusal', async () => {
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
  test('looks whether a file can be written before anything is asked', async () => {
    const asked = control.requests.length;
    for (const [file, why] of [
      ['nowhere/report.csv', 'ENOENT'],
      ['docs', 'EISDIR'],
    ] as const) {
      expect(await run('reconcile', '--csv', file, '--local')).toMatchObject({
        code: 2,
        stderr: `Cannot write ${file} (${why}). [USAGE]\n`,
      });
    }
    expect(control.requests).toHaveLength(asked);
  });
  test('asks nobody before something that cannot be undone when nobody is there', async () => {
    const { code, stderr } = await run('queues', 'purge', 'ingest', '--local');
    expect({ code, isReported: stderr.includes('--yes') }).toEqual({ code: 2, isReported: true });
  });
});
