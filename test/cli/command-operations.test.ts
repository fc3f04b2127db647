import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LoopbackControl, startLoopbackControl } from './loopback-control.ts';
import { connector, NOW, type Person } from './recorded-shell.ts';
import { CUSTOMER, explanation, RUN_ID, shownHandler, shownRun, status } from './sample-answers.ts';

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

describe('every command runs its operation', () => {
  const id2 = CUSTOMER.replace('3f', '4f');
  const run = shownRun();
  const cases: readonly (readonly [string, () => void, object])[] = [
    ['status', () => control.answers('status', status()), { operation: 'status', input: {} }],
    [
      `explain ${CUSTOMER}`,
      () => control.answers('explain', explanation()),
      { operation: 'explain', input: { handler: 'customer', subject: { id: CUSTOMER }, values: 'masked' } },
    ],
    [
      'explain jane@example.com --plain',
      () => control.answers('explain', explanation()),
      {
        operation: 'explain',
        input: { handler: 'customer', subject: { email: 'jane@example.com' }, values: 'plain' },
      },
    ],
    [
      `explain ${CUSTOMER} --by key`,
      () => control.answers('explain', explanation()),
      { operation: 'explain', input: { handler: 'customer', subject: { key: CUSTOMER }, values: 'masked' } },
    ],
    [
      `run start ids --ids ${CUSTOMER},${id2} --force --no-inline --rate 2.5`,
      () => control.answers('run.start', run),
      {
        operation: 'run.start',
        input: {
          handler: 'customer',
          mode: 'ids',
          options: { ids: [CUSTOMER, id2], force: true, inlineBody: false },
          ratePerSecond: 2.5,
        },
      },
    ],
    [
      'run start full --from 2026-11-20 --to 2026-11-21T08:00:00+01:00 --handler other',
      () => control.answers('run.start', run),
      {
        operation: 'run.start',
        input: {
          handler: 'other',
          mode: 'full',
          options: { from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T07:00:00.000Z' },
        },
      },
    ],
    [
      'run start incremental --since 2026-11-20',
      () => control.answers('run.start', run),
      {
        operation: 'run.start',
        input: { handler: 'customer', mode: 'incremental', options: { from: '2026-11-20T00:00:00.000Z' } },
      },
    ],
    [
      'run start sweep --dry-run',
      () => control.answers('run.start', run),
      { operation: 'run.start', input: { handler: 'customer', mode: 'sweep', options: { dryRun: true } } },
    ],
    [
      'run list --all --limit 5',
      () => control.answers('run.list', { runs: [run] }),
      { operation: 'run.list', input: { limit: 5 } },
    ],
    [
      `run show ${RUN_ID}`,
      () => control.answers('run.show', run),
      { operation: 'run.show', input: { runId: RUN_ID } },
    ],
    [
      `run pause ${RUN_ID}`,
      () => control.answers('run.pause', run),
      { operation: 'run.pause', input: { runId: RUN_ID } },
    ],
    [
      `run resume ${RUN_ID}`,
      () => control.answers('run.resume', run),
      { operation: 'run.resume', input: { runId: RUN_ID } },
    ],
    [
      `run cancel ${RUN_ID}`,
      () => control.answers('run.cancel', run),
      { operation: 'run.cancel', input: { runId: RUN_ID } },
    ],
    [
      `run throttle ${RUN_ID} 12`,
      () => control.answers('run.throttle', run),
      { operation: 'run.throttle', input: { runId: RUN_ID, ratePerSecond: 12 } },
    ],
    [
      `run throttle ${RUN_ID} none`,
      () => control.answers('run.throttle', run),
      { operation: 'run.throttle', input: { runId: RUN_ID } },
    ],
    [
      'failures',
      () => control.answers('failure.groups', { groups: [] }),
      { operation: 'failure.groups', input: { handler: 'customer' } },
    ],
    [
      'retry --group INVALID:email --preview',
      () => control.answers('failure.retry', { count: 12 }),
      { operation: 'failure.retry', input: { handler: 'customer', group: 'INVALID:email', preview: true } },
    ],
    [
      `retry --ids ${CUSTOMER} --rate 5`,
      () => control.answers('failure.retry', { count: 1, run }),
      {
        operation: 'failure.retry',
        input: { handler: 'customer', ids: [CUSTOMER], preview: false, ratePerSecond: 5 },
      },
    ],
    [
      'redrive handler/customer/dead-letters',
      () => control.answers('queue.redrive', { messages: 2 }),
      { operation: 'queue.redrive', input: { queue: 'handler/customer/dead-letters' } },
    ],
    ['queues', () => control.answers('queue.list', { queues: [] }), { operation: 'queue.list', input: {} }],
    [
      'queues purge ingest --yes',
      () => control.answers('queue.purge', { done: true }),
      { operation: 'queue.purge', input: { queue: 'ingest', confirm: 'ingest' } },
    ],
    [
      'queues restart',
      () => control.answers('queue.restart', { done: true }),
      { operation: 'queue.restart', input: { handler: 'customer' } },
    ],
    [
      'pause other',
      () => control.answers('handler.pause', shownHandler()),
      { operation: 'handler.pause', input: { handler: 'other' } },
    ],
    [
      'resume',
      () => control.answers('handler.resume', shownHandler()),
      { operation: 'handler.resume', input: { handler: 'customer' } },
    ],
    [
      'mode prepare',
      () => control.answers('handler.mode', shownHandler()),
      { operation: 'handler.mode', input: { handler: 'customer', mode: 'prepare' } },
    ],
    [
      'stop',
      () => control.answers('intake.stop', { stoppedSince: 1 }),
      { operation: 'intake.stop', input: {} },
    ],
    [
      'start',
      () => control.answers('intake.start', { catchUpRunIds: [RUN_ID] }),
      { operation: 'intake.start', input: {} },
    ],
    [
      'process',
      () => control.answers('record.process', { sent: 3, left: 0 }),
      { operation: 'record.process', input: { handler: 'customer' } },
    ],
    [
      `process ${CUSTOMER} ${id2}`,
      () => control.answers('record.process', { sent: 2, left: 1 }),
      { operation: 'record.process', input: { handler: 'customer', ids: [CUSTOMER, id2] } },
    ],
    [
      'records --skipped',
      () => control.answers('record.list', { records: [{ id: CUSTOMER, since: 1 }] }),
      { operation: 'record.list', input: { handler: 'customer', class: 'skipped', limit: 1_000 } },
    ],
    [
      `skip ${CUSTOMER}`,
      () => control.answers('record.skip', { skipped: 1 }),
      { operation: 'record.skip', input: { handler: 'customer', ids: [CUSTOMER] } },
    ],
    [
      `link ${CUSTOMER} 1_jane`,
      () => control.answers('record.link', { done: true }),
      { operation: 'record.link', input: { handler: 'customer', id: CUSTOMER, username: '1_jane' } },
    ],
    [
      'subscription create',
      () => control.answers('subscription.create', { done: true }),
      { operation: 'subscription.create', input: {} },
    ],
    [
      'subscription health',
      () => control.answers('subscription.health', { status: 'Healthy' }),
      { operation: 'subscription.health', input: {} },
    ],
    [
      'schedules',
      () => control.answers('schedule.list', { schedules: [] }),
      { operation: 'schedule.list', input: {} },
    ],
    [
      'schedules set sweep --every 7d --next 2026-11-22T02:00:00Z --on',
      () =>
        control.answers('schedule.set', {
          name: 'sweep',
          handler: 'customer',
          enabled: true,
          everyMinutes: 1,
        }),
      {
        operation: 'schedule.set',
        input: {
          handler: 'customer',
          name: 'sweep',
          enabled: true,
          everyMinutes: 10_080,
          nextAt: '2026-11-22T02:00:00.000Z',
        },
      },
    ],
  ];
  test.each(cases)('%s', async (line, answers, request) => {
    answers();
    const { exitCode, err, out } = await local(line);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).not.toBe('');
    expect(performed()).toEqual([request]);
  });
  test.each(cases)('%s --json prints the answer as JSON and nothing else', async (line, answers) => {
    answers();
    const { exitCode, err, json } = await local(`${line} --json`);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(json()).toBeTypeOf('object');
  });
});

describe('the caller', () => {
  test('is the user of the machine for a local connector', async () => {
    control.answers('queue.list', { queues: [] });
    await local('queues');
    expect(control.requests[0]?.caller).toBe('jane');
  });
});

describe('--handler', () => {
  const two = [shownHandler(), shownHandler({ handler: 'loyalty' })];
  const schedules = two.map(({ handler }) => ({
    ...{ name: 'sweep' as const, handler, enabled: false, everyMinutes: 60 },
  }));
  beforeEach(() => {
    control.answers('status', status({ handlers: two }));
    control.answers('schedule.list', { schedules });
  });
  test('limits commands about all handlers to one', async () => {
    expect((await local('status --json')).json()).toMatchObject({ handlers: two });
    expect((await local('status --handler loyalty --json')).json()).toMatchObject({ handlers: [two[1]] });
    expect((await local('schedules --handler customer --json')).json()).toEqual({
      schedules: [schedules[0]],
    });
  });
  test.each(['status', 'schedules'])(
    '%s: an unknown handler is refused with the known ones',
    async (line) => {
      const { exitCode, err } = await local(`--handler nope ${line}`);
      expect({ exitCode, err }).toEqual({
        exitCode: 3,
        err: 'No handler is named "nope". The handlers are: customer, loyalty. [HANDLER_UNKNOWN]\n',
      });
    },
  );
});

describe('start', () => {
  test('shows the runs that catch up', async () => {
    control.answers('intake.start', { stoppedSince: NOW - 60_000, catchUpRunIds: [RUN_ID], replay: 'r-1' });
    const { exitCode, out } = await local('start');
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out: `Real-time sync is on again. It was stopped 2026-11-21 20:59:00 (1 min ago).
  Run ${RUN_ID} catches up:
    connector run show ${RUN_ID} --wait
  Replay r-1 of the archive brings deletes and erasures.
`,
    });
  });
});

describe('start without a catch-up', () => {
  test('shows why, and is a problem', async () => {
    control.answers('intake.start', { catchUpRunIds: [], note: 'customer: a run is running.' });
    const { exitCode, out } = await local('start');
    expect({ exitCode, isReported: out.includes('a run is running') }).toEqual({
      exitCode: 1,
      isReported: true,
    });
  });
});
