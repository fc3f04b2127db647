import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';

const TEST_LIMIT_MS = 240_000;

interface Started {
  readonly npm: ChildProcess;
  readonly ports: readonly number[];
  /** Resolves when the output contains the text. */
  printed(text: string): Promise<void>;
}

const started: Started[] = [];
afterEach(() => {
  for (const { npm } of started.splice(0)) for (const pid of membersOf(npm)) process.kill(pid, 'SIGKILL');
});

/** `npm start` as the leader of a process group: everything that it starts is a member. */
async function npmStart(): Promise<Started> {
  const ports = await freePorts();
  const args = ['start', '--', '--port', String(ports[0]), '--customers', '1'];
  const npm = spawn('npm', args, { cwd: process.cwd(), detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const watchers = new Set<() => void>();
  let output = '';
  const onOutput = (chunk: Buffer | string) => {
    output += chunk;
    for (const check of watchers) check();
  };
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', onOutput);
  const one: Started = {
    npm,
    ports,
    printed: (text) =>
      new Promise((resolve, reject) => {
        watchers.add(() => output.includes(text) && resolve());
        npm.once('close', () => reject(new Error(`npm start never printed "${text}":\n${output}`)));
        onOutput('');
      }),
  };
  started.push(one);
  return one;
}

/** Processes of the group that still run; an orphan that has ended may stay as a zombie. */
function membersOf({ pid }: ChildProcess): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, group, state = '']) => Number(group) === pid && !state.startsWith('Z'))
    .map(([member]) => Number(member));
}

async function listens(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.close();
  return !isFree;
}

/** Three in a row. */
async function freePorts(): Promise<number[]> {
  for (let first = 4_520; first < 4_600; first += 3) {
    const ports = [first, first + 1, first + 2];
    const taken = await Promise.all(ports.map(listens));
    if (!taken.includes(true)) return ports;
  }
  throw new Error('There are no three free ports in a row.');
}

async function expectNothingLeft({ npm, ports }: Started): Promise<void> {
  await vi.waitFor(() => expect(membersOf(npm)).toEqual([]), { timeout: 30_000, interval: 200 });
  expect(await Promise.all(ports.map(listens))).toEqual([false, false, false]);
}

describe('npm start', { timeout: TEST_LIMIT_MS }, () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('ends all its processes when npm gets %s', async (signal) => {
    const one = await npmStart();
    await one.printed('Ctrl-C');
    expect(await Promise.all(one.ports.map(listens))).toEqual([true, true, true]);
    one.npm.kill(signal);
    await one.printed('Stopping.');
    await expectNothingLeft(one);
  });

  test('ends all its processes when npm gets SIGTERM before the connector is up', async () => {
    const one = await npmStart();
    await one.printed('synthesizing');
    one.npm.kill('SIGTERM');
    await expectNothingLeft(one);
  });

  test('stops in order when the terminal sends Ctrl-C to the whole group', async () => {
    const one = await npmStart();
    await one.printed('Ctrl-C');
    process.kill(-(one.npm.pid ?? 0), 'SIGINT');
    await one.printed('Stopping.');
    await expectNothingLeft(one);
  });
});
