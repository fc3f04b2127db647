import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LoopbackControl, startLoopbackControl } from './loopback-control.ts';
import { connector, type Person } from './recorded-shell.ts';
import { CUSTOMER, RUN_ID, status } from './sample-answers.ts';

let control: LoopbackControl;
beforeAll(async () => {
  control = await startLoopbackControl();
});
afterAll(() => control.stop());
beforeEach(() => {
  control.requests.length = 0;
});
const local = (line: string, person?: Person) =>
  connector([...line.split(' '), '--local', '--port', control.port], person);
const performed = () => control.requests.map(({ operation, input }) => ({ operation, input }));

describe('the target', () => {
  test('is the running local connector without --stage and --local', async () => {
    control.answers('queue.list', { queues: [] });
    expect((await connector(['queues', '--port', control.port])).exitCode).toBe(0);
  });
  test('must be given if no local connector is running', async () => {
    const { exitCode, err } = await connector(['queues', '--port', '1']);
    expect(exitCode).toBe(2);
    expect(err).toContain(
      'Use --stage NAME for a connector on AWS (stages in lib/config/stages.ts: dev, prod, local)',
    );
  });
  test('cannot be both --stage and --local', async () => {
    expect((await local('queues --stage prod')).exitCode).toBe(2);
  });
  test('is unavailable if --local is not running', async () => {
    const { exitCode, err } = await connector(['queues', '--local', '--port', '1']);
    expect(exitCode).toBe(5);
    expect(err).toContain('No local connector answers at http://127.0.0.1:3. Start one with "npm start"');
  });
});

describe('an error of the control function', () => {
  const kinds = [
    ['invalid', 2],
    ['not-found', 3],
    ['conflict', 4],
    ['unavailable', 5],
    ['forbidden', 6],
    ['internal', 1],
  ] as const;
  test.each(kinds)('of kind %s has exit code %i and is printed with its code', async (kind, code) => {
    control.refuses('run.start', {
      kind,
      code: 'RUN_BUSY',
      message: 'A full run is running. Cancel it, or wait.',
    });
    const { exitCode, err, out } = await local('run start full');
    expect({ exitCode, err, out }).toEqual({
      exitCode: code,
      err: 'A full run is running. Cancel it, or wait. [RUN_BUSY]\n',
      out: '',
    });
  });
  test('is on standard output too with --json, with its violations', async () => {
    const violations = [{ path: 'options.from', message: 'is in the future' }];
    control.refuses('run.start', {
      kind: 'invalid',
      code: 'WINDOW',
      message: 'The window is empty.',
      violations,
    });
    const { json, err } = await local('run start full --json');
    expect(json()).toEqual({
      error: { kind: 'invalid', code: 'WINDOW', message: 'The window is empty.', violations },
    });
    expect(err).toContain('  options.from: is in the future\n');
  });
  test('is not repeated when its only violation has the same message', async () => {
    const message = 'The next start must be a time to come.';
    const refusal = { code: 'NEXT_IN_PAST', message, violations: [{ path: 'nextAt', message }] };
    control.refuses('schedule.set', { kind: 'invalid', ...refusal });
    const { err } = await local('schedules set sweep --next 2020-01-01');
    expect(err).toBe(`${message} [NEXT_IN_PAST]\n`);
  });
  test('is internal if the function crashed', async () => {
    control.crashes('run.start');
    const { exitCode, err } = await local('run start full');
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: 'The control function crashed (Unhandled). Its log shows why: .local/logs. [CONTROL_CRASHED]\n',
    });
  });
  test('is explained if the answer has another version', async () => {
    control.sends('run.show', { ok: true, output: { id: RUN_ID } });
    const { exitCode, err } = await local(`run show ${RUN_ID}`);
    expect(exitCode).toBe(1);
    expect(err).toContain('have different versions');
  });
});

describe('a wrong command line runs nothing', () => {
  const cases = [
    ['statsu', 'Did you mean status?'],
    ['run strat full', 'Did you mean start?'],
    ['run start everything', 'Allowed choices are full, incremental, ids, reconcile, sweep'],
    ['run start full --from 2026-11-20 --since 1h', "cannot be used with option '--from"],
    ['tail --since 2999-01-01', 'Expected a time in the past'],
    ['run start full --from tomorrow', 'or an age such as 30m, 24h, 7d'],
    ['run start full --rate -1', 'customers per second'],
    ['run start full --ids 12', 'is not a commercetools id'],
    ['run show 12', 'is not a run id'],
    ['retry', 'Give either --group GROUP or --ids ID...'],
    ['retry --group A --ids 3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f', 'Give either --group'],
    ['schedules set sweep', 'Nothing to change'],
    ['schedules set sweep --on --off', "cannot be used with option '--on'"],
    ['schedules set weekly --on', 'Allowed choices are reconcile, incremental, comparison, sweep'],
    ['skip', "missing required argument 'ids'"],
    ['explain me@example.com --by id', 'is not a commercetools id'],
    ['reconcile --since 1h --all', 'Give one of them'],
    ['reconcile --csv - --json', 'both print to standard output'],
    ['run report last --csv - --json', 'both print to standard output'],
    ['queues purge ingest', 'repeat the command with --yes'],
    [`erase ${CUSTOMER}`, 'repeat the command with --yes'],
  ] as const;
  test.each(cases)('%s', async (line, sentence) => {
    const { exitCode, err, out } = await local(line);
    expect(err).toContain(sentence);
    expect({ exitCode, isSilent: out === '' || line.includes('--json') }).toEqual({
      exitCode: 2,
      isSilent: true,
    });
    expect(performed()).toEqual([]);
  });
  test.each([...cases.map(([line]) => line), 'bananas', 'run', 'status --banana'])(
    '%s: with --json the error is on standard output',
    async (line) => {
      const { exitCode, json } = await local(line.includes('--json') ? line : `${line} --json`);
      expect({ exitCode, answer: json() }).toEqual({
        exitCode: 2,
        answer: { error: { kind: 'invalid', code: 'USAGE', message: expect.stringMatching(/^(?!error)./) } },
      });
    },
  );
  test('help is not an error', async () => {
    const { exitCode, out } = await connector(['--help']);
    expect(exitCode).toBe(0);
    expect(out).toContain('connector explain jane@example.com');
  });
});

describe('a command that cannot be undone asks first', () => {
  const show = { exists: true, key: 'sub-1', resourceTypes: ['customer'] };
  test('a person types the name of the object', async () => {
    control.answers('subscription.show', show);
    control.answers('subscription.delete', { done: true });
    const { exitCode, err } = await local('subscription delete', { answers: ['sub-1'] });
    expect(exitCode).toBe(0);
    expect(err).toContain('Stage "local". Type "sub-1" to confirm, anything else to cancel: ');
    expect(performed().at(-1)).toEqual({ operation: 'subscription.delete', input: { confirm: 'sub-1' } });
  });
  test('another answer cancels', async () => {
    control.answers('queue.list', { queues: status().queues });
    control.answers('subscription.show', show);
    for (const line of ['queues purge ingest', 'subscription delete', `erase ${CUSTOMER}`]) {
      const { exitCode, err } = await local(line, { answers: ['yes'] });
      expect({ line, exitCode }).toEqual({ line, exitCode: 2 });
      expect(err).toMatch(/^This (deletes|anonymises) [\s\S]*\nStage "local"\. Type /);
      expect(err).toContain('Nothing was changed.');
    }
    expect(performed().map(({ operation }) => operation)).toEqual(['queue.list', 'subscription.show']);
  });
  test('an unknown queue is refused before a person is asked', async () => {
    control.answers('queue.list', { queues: status().queues });
    const { exitCode, err } = await local('queues purge nowhere', { answers: ['nowhere'] });
    expect({ exitCode, err }).toEqual({
      exitCode: 3,
      err: 'Queue "nowhere" does not exist. The queues are: ingest, handler/customer,\nhandler/customer/dead-letters. [QUEUE_UNKNOWN]\n',
    });
  });
  test('a queue is purged when its name is typed', async () => {
    control.answers('queue.list', { queues: status().queues });
    control.answers('queue.purge', { done: true });
    const { exitCode, err } = await local('queues purge ingest', { answers: ['ingest'] });
    expect(exitCode).toBe(0);
    expect(performed().at(-1)).toEqual({
      operation: 'queue.purge',
      input: { queue: 'ingest', confirm: 'ingest' },
    });
    expect(err).toContain('Type "ingest" to confirm');
  });
});
