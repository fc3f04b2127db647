import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exitCodes } from '../../cli/exit-codes.ts';
import { type LoopbackControl, startLoopbackControl } from './loopback-control.ts';
import { connector, NOW, type Person } from './recorded-shell.ts';
import {
  CUSTOMER,
  explanation,
  finishedReconcile,
  finishedRun,
  RUN_ID,
  shownHandler,
  shownRun,
  status,
} from './records.ts';

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
const asked = () => control.requests.map(({ operation, input }) => ({ operation, input }));

describe('every command asks for its operation', () => {
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
    expect(asked()).toEqual([request]);
  });
  test.each(cases)('%s --json prints the answer as JSON and nothing else', async (line, answers) => {
    answers();
    const { exitCode, err, json } = await local(`${line} --json`);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(json()).toBeTypeOf('object');
  });
});

describe('who asks', () => {
  test('locally it is the person at the machine', async () => {
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
  test('what is about all handlers is about this one when it is named', async () => {
    expect((await local('status --json')).json()).toMatchObject({ handlers: two });
    expect((await local('status --handler loyalty --json')).json()).toMatchObject({ handlers: [two[1]] });
    expect((await local('schedules --handler customer --json')).json()).toEqual({
      schedules: [schedules[0]],
    });
  });
  test.each(['status', 'schedules'])('%s: one that there is not is told', async (line) => {
    const { exitCode, err } = await local(`--handler nope ${line}`);
    expect({ exitCode, err }).toEqual({
      exitCode: 3,
      err: 'There is no handler "nope". There are: customer, loyalty. [HANDLER_UNKNOWN]\n',
    });
  });
});

describe('start', () => {
  test('says that the catch-up has begun, not that it is done', async () => {
    control.answers('intake.start', { stoppedSince: NOW - 60_000, catchUpRunIds: [RUN_ID], replay: 'r-1' });
    const { exitCode, out } = await local('start');
    expect({ exitCode, out }).toEqual({
      exitCode: 0,
      out: `Real-time sync is on again; it was stopped 2026-11-21 20:59:00 (1 min ago).
  run ${RUN_ID} catches up: connector run show ${RUN_ID} --wait
  and a replay of the archive, for deletes and erasures: r-1
`,
    });
  });
});

describe('start that cannot catch up yet', () => {
  test('says why, and is no success', async () => {
    control.answers('intake.start', { catchUpRunIds: [], note: 'customer: a run is running.' });
    const { exitCode, out } = await local('start');
    expect({ exitCode, isReported: out.includes('a run is running') }).toEqual({ exitCode: 1, isReported: true });
  });
});

describe('which connector', () => {
  test('without --stage and --local it is the one that answers here', async () => {
    control.answers('queue.list', { queues: [] });
    expect((await connector(['queues', '--port', control.port])).exitCode).toBe(0);
  });
  test('when none answers, it says what to give', async () => {
    const { exitCode, err } = await connector(['queues', '--port', '1']);
    expect(exitCode).toBe(2);
    expect(err).toContain(
      'Give --stage NAME for one on AWS (stages of lib/config/stages.ts: dev, prod, local)',
    );
  });
  test('both at once are refused', async () => {
    expect((await local('queues --stage prod')).exitCode).toBe(2);
  });
  test('a local connector that is not there is unavailable', async () => {
    const { exitCode, err } = await connector(['queues', '--local', '--port', '1']);
    expect(exitCode).toBe(5);
    expect(err).toContain('No local connector answers at http://127.0.0.1:3. Start one with "npm start"');
  });
});

describe('a refusal says what to do, and its kind is the exit code', () => {
  const kinds = [
    ['invalid', 2],
    ['not-found', 3],
    ['conflict', 4],
    ['unavailable', 5],
    ['forbidden', 6],
    ['internal', 1],
  ] as const;
  test.each(kinds)('%s ends with %i', async (kind, code) => {
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
  test('with --json it stands on standard output too, violations named', async () => {
    const violations = [{ path: 'options.from', message: 'lies in the future' }];
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
    expect(err).toContain('  options.from: lies in the future\n');
  });
  test('what is wrong is said once, also where it is the one thing that is wrong', async () => {
    const message = 'The next start must be a time to come.';
    const refusal = { code: 'NEXT_IN_PAST', message, violations: [{ path: 'nextAt', message }] };
    control.refuses('schedule.set', { kind: 'invalid', ...refusal });
    const { err } = await local('schedules set sweep --next 2020-01-01');
    expect(err).toBe(`${message} [NEXT_IN_PAST]\n`);
  });
  test('a function that crashed is a fault inside', async () => {
    control.crashes('run.start');
    const { exitCode, err } = await local('run start full');
    expect({ exitCode, err }).toEqual({
      exitCode: 1,
      err: 'The control function ended with an error (Unhandled). Its log says why: .local/logs. [CONTROL_CRASHED]\n',
    });
  });
  test('an answer of another version is told as that', async () => {
    control.says('run.show', { ok: true, output: { id: RUN_ID } });
    const { exitCode, err } = await local(`run show ${RUN_ID}`);
    expect(exitCode).toBe(1);
    expect(err).toContain('of different versions');
  });
});

describe('a wrong command line asks for nothing', () => {
  const cases = [
    ['statsu', 'Did you mean status?'],
    ['run strat full', 'Did you mean start?'],
    ['run start everything', 'Allowed choices are full, incremental, ids, reconcile, sweep'],
    ['run start full --from 2026-11-20 --since 1h', "cannot be used with option '--from"],
    ['tail --since 2999-01-01', 'It takes a time that has passed'],
    ['run start full --from tomorrow', 'or how long ago: 30m, 24h, 7d'],
    ['run start full --rate -1', 'customers per second'],
    ['run start full --ids 12', 'is no commercetools id'],
    ['run show 12', 'is no id of a run'],
    ['retry', 'Give --group GROUP or --ids ID..., one of them.'],
    ['retry --group A --ids 3f1d2c9a-5b7e-4a10-9c1d-0a2b3c4d5e6f', 'one of them'],
    ['schedules set sweep', 'Say what to change'],
    ['schedules set sweep --on --off', "cannot be used with option '--on'"],
    ['schedules set weekly --on', 'Allowed choices are reconcile, incremental, comparison, sweep'],
    ['skip', "missing required argument 'ids'"],
    ['explain me@example.com --by id', 'is no commercetools id'],
    ['reconcile --since 1h --all', 'give one of them'],
    ['reconcile --csv - --json', 'both want standard output'],
    ['run report last --csv - --json', 'both want standard output'],
    ['queues purge ingest', 'repeat it with --yes'],
    [`erase ${CUSTOMER}`, 'repeat it with --yes'],
  ] as const;
  test.each(cases)('%s', async (line, sentence) => {
    const { exitCode, err, out } = await local(line);
    expect(err).toContain(sentence);
    expect({ exitCode, isSilent: out === '' || line.includes('--json') }).toEqual({
      exitCode: 2,
      isSilent: true,
    });
    expect(asked()).toEqual([]);
  });
  test.each([...cases.map(([line]) => line), 'bananas', 'run', 'status --banana'])(
    '%s: with --json a script finds the error on standard output',
    async (line) => {
      const { exitCode, json } = await local(line.includes('--json') ? line : `${line} --json`);
      expect({ exitCode, answer: json() }).toEqual({
        exitCode: 2,
        answer: { error: { kind: 'invalid', code: 'USAGE', message: expect.stringMatching(/^(?!error)./) } },
      });
    },
  );
  test('help is no error', async () => {
    const { exitCode, out } = await connector(['--help']);
    expect(exitCode).toBe(0);
    expect(out).toContain('connector explain jane@example.com');
  });
});

describe('what cannot be undone asks first', () => {
  const show = { exists: true, key: 'sub-1', resourceTypes: ['customer'] };
  test('a person types the name of it', async () => {
    control.answers('subscription.show', show);
    control.answers('subscription.delete', { done: true });
    const { exitCode, err } = await local('subscription delete', { answers: ['sub-1'] });
    expect(exitCode).toBe(0);
    expect(err).toContain('Stage "local". Type "sub-1" to go on, anything else to leave it: ');
    expect(asked().at(-1)).toEqual({ operation: 'subscription.delete', input: { confirm: 'sub-1' } });
  });
  test('anything else leaves it, and nothing that is asked sounds as if it were done', async () => {
    control.answers('queue.list', { queues: status().queues });
    control.answers('subscription.show', show);
    for (const line of ['queues purge ingest', 'subscription delete', `erase ${CUSTOMER}`]) {
      const { exitCode, err } = await local(line, { answers: ['yes'] });
      expect({ line, exitCode }).toEqual({ line, exitCode: 2 });
      expect(err).toMatch(/^This (deletes|anonymises) .*\nStage "local"\. Type /);
      expect(err).toContain('Nothing was changed.');
    }
    expect(asked().map(({ operation }) => operation)).toEqual(['queue.list', 'subscription.show']);
  });
  test('a queue that there is not is told before anybody is asked', async () => {
    control.answers('queue.list', { queues: status().queues });
    const { exitCode, err } = await local('queues purge nowhere', { answers: ['nowhere'] });
    expect({ exitCode, err }).toEqual({
      exitCode: 3,
      err: 'There is no such queue. There are: ingest, handler/customer, handler/customer/dead-letters. [QUEUE_UNKNOWN]\n',
    });
  });
  test('a queue is purged when its name is typed', async () => {
    control.answers('queue.list', { queues: status().queues });
    control.answers('queue.purge', { done: true });
    const { exitCode, err } = await local('queues purge ingest', { answers: ['ingest'] });
    expect(exitCode).toBe(0);
    expect(asked().at(-1)).toEqual({
      operation: 'queue.purge',
      input: { queue: 'ingest', confirm: 'ingest' },
    });
    expect(err).toContain('Type "ingest" to go on');
  });
});

const OTHER = CUSTOMER.replace(/^./, '4');

describe('process', () => {
  test('names those of whom it has nothing to send, and that is a problem', async () => {
    control.answers('record.process', { sent: 1, left: 0, unknown: [OTHER] });
    const { exitCode, out } = await local(`process ${CUSTOMER} ${OTHER}`);
    expect({ exitCode, out }).toEqual({
      exitCode: 1,
      out: `1 customer sent, 0 recorded ones left.\nNeither recorded nor taken out, so nothing was sent of: ${OTHER}\n`,
    });
  });

  test('asks until nothing is left', async () => {
    control.answers('record.process', { sent: 2_000, left: 500 }, { sent: 500, left: 0 });
    const { out } = await local('process');
    expect(out).toBe('2,500 customers sent, 0 recorded ones left.\n');
  });
});

describe('records', () => {
  test('reads every page of both lists', async () => {
    control.answers(
      'record.list',
      { records: [{ id: CUSTOMER, since: 1 }], next: 'customer#x' },
      { records: [{ id: OTHER, since: 2 }] },
      { records: [{ id: OTHER, since: 3, version: 7, kind: 'UPSERT' }] },
    );
    const { exitCode, json } = await local('records --json');
    expect({ exitCode, answer: json() }).toEqual({
      exitCode: 0,
      answer: {
        skipped: [
          { id: CUSTOMER, since: 1 },
          { id: OTHER, since: 2 },
        ],
        recorded: [{ id: OTHER, since: 3, version: 7, kind: 'UPSERT' }],
      },
    });
    expect(control.requests.map(({ input }) => input)).toMatchObject([
      { class: 'skipped' },
      { class: 'skipped', cursor: 'customer#x' },
      { class: 'recorded' },
    ]);
  });
});

describe('erase', () => {
  const receipt = {
    subject: 'aGFzaA',
    erasedAt: 1_795_294_800_000,
    how: 'erased',
    traceId: 'op:1',
    incomplete: [],
    copiesGoneAt: 1_795_294_860_000,
  };
  const { copiesGoneAt: _gone, ...unlooked } = receipt;
  test('waits for the receipt and prints it', async () => {
    control.answers('record.erase', { subject: 'aGFzaA', requestId: 'op:1' });
    control.answers('record.receipt', {}, { receipt: unlooked }, { receipt });
    const { exitCode, json } = await local(`erase ${CUSTOMER} --yes --json`);
    expect({ exitCode, answer: json() }).toEqual({
      exitCode: 0,
      answer: { subject: 'aGFzaA', requestId: 'op:1', receipt },
    });
    expect(control.requests.map(({ operation }) => operation)).toEqual([
      'record.erase',
      ...Array(3).fill('record.receipt'),
    ]);
  });
  test('what Fluent keeps is a problem', async () => {
    control.answers('record.erase', { subject: 'aGFzaA', requestId: 'op:1' });
    control.answers('record.receipt', { receipt: { ...receipt, incomplete: ['username'] } });
    const { exitCode, out } = await local(`erase ${CUSTOMER} --yes`);
    expect(exitCode).toBe(1);
    expect(out).toContain('left in Fluent  username');
  });
  test('what was never in Fluent is not told as erased: the id may be a wrong one', async () => {
    control.answers('record.erase', { subject: 'aGFzaA', requestId: 'op:1' });
    control.answers('record.receipt', { receipt: { ...receipt, how: 'unknown' } });
    const { exitCode, out } = await local(`erase ${CUSTOMER} --yes`);
    expect(exitCode).toBe(0);
    expect(out).toContain('nothing to erase');
    expect(out).not.toContain('Erased.');
  });
  test('until the dead-letter queues were looked through, it is not done', async () => {
    control.answers('record.erase', { subject: 'aGFzaA', requestId: 'op:1' });
    control.answers('record.receipt', { receipt: unlooked });
    const { exitCode, out } = await local(`erase ${CUSTOMER} --yes --timeout 3`);
    expect(exitCode).toBe(1);
    expect(out).toContain('copies   the caretaker has not looked');
  });
  test('no receipt in time says that it waits', async () => {
    control.answers('record.erase', { subject: 'aGFzaA', requestId: 'op:1' });
    control.answers('record.receipt', {});
    const { exitCode, err } = await local(`erase ${CUSTOMER} --yes --timeout 3`);
    expect(exitCode).toBe(5);
    expect(err).toContain('no receipt yet');
  });
});

describe('waiting for a run', () => {
  test('prints plain lines where there is no terminal, and ends with how the run ended', async () => {
    control.answers(
      'run.start',
      shownRun({ listed: 0, planned: 0, entries: { ...shownRun().entries, synced: 0, pending: 0 } }),
    );
    control.answers('run.show', shownRun(), finishedRun());
    const { exitCode, err } = await local('run start full --wait');
    expect(exitCode).toBe(0);
    expect(err.split('\n')).toEqual([
      '[------------------------]   0 %  0 of 1,234',
      '[########################] 100 %  1,234 of 1,234  1,200 synced, 34 unchanged  finished',
      '',
    ]);
  });
  test('a line that moves on a terminal', async () => {
    control.answers('run.show', shownRun(), finishedRun());
    const { err } = await local(`run show ${RUN_ID} --wait`, { answers: [] });
    expect(err).toContain(
      '\r\u001b[K[########----------------]  32 %  400 of 1,234  400 synced  6.7/s, about 2 min left',
    );
  });
  test('a run that failed, or left failures, is a problem', async () => {
    control.answers('run.show', finishedRun({ entries: { ...finishedRun().entries, failed: 1 } }));
    expect((await local(`run show ${RUN_ID} --wait`)).exitCode).toBe(1);
    control.answers('run.show', finishedRun({ status: 'failed', reason: 'HOOK_FAILED' }));
    expect((await local(`run show ${RUN_ID} --wait`)).exitCode).toBe(1);
  });
  test('Ctrl-C leaves the run running', async () => {
    control.answers('run.show', shownRun());
    const { exitCode, err } = await local(`run show ${RUN_ID} --wait`, { answers: [], interruptsAfter: 2 });
    expect(exitCode).toBe(130);
    expect(err).toContain(`The run goes on. Look again: connector run show ${RUN_ID}`);
  });
  test('a look that fails for a moment is no end', async () => {
    control.answers('run.start', shownRun());
    control.refuses('run.show', { kind: 'unavailable', code: 'STORE', message: 'Try again.' });
    const { exitCode } = await local('run start full --wait');
    // Thirty looks in a row are an end.
    expect({ exitCode, looks: asked().length }).toEqual({ exitCode: 5, looks: 31 });
  });
  test('last is the newest run', async () => {
    control.answers('run.list', { runs: [shownRun()] });
    control.answers('run.show', finishedRun());
    expect((await local('run show last --json')).json()).toEqual(finishedRun());
  });
});

describe('reconcile', () => {
  const id = (n: number) => CUSTOMER.replace(/^./, String(n));
  const differences = [
    { id: id(1), class: 'missing' as const, sourceVersion: 1 },
    {
      id: id(2),
      class: 'edited' as const,
      sourceVersion: 4,
      writtenVersion: 4,
      fields: [{ field: 'lastName', changed: 'oms' as const }],
    },
    { id: id(3), class: 'orphan' as const, username: id(3) },
  ];
  const first = { differences: differences.slice(0, 2), next: 'page-2' };
  const second = { differences: differences.slice(2) };
  beforeEach(() => {
    control.answers('run.start', shownRun({ mode: 'reconcile' }));
    control.answers('run.show', finishedReconcile());
    control.answers('run.report', first, second);
  });

  test('starts, waits, prints every page of the report, and ends as diff does', async () => {
    const { exitCode, out } = await local('reconcile --compare oms --since 2026-11-20');
    expect(exitCode).toBe(10);
    expect(control.requests[0]?.input).toEqual({
      handler: 'customer',
      mode: 'reconcile',
      options: { compare: 'oms', from: '2026-11-20T00:00:00.000Z' },
    });
    expect(out).toBe(`3 customers in the report.
  customer                              class    version  queued  what
  ------------------------------------  -------  -------  ------  --------------
  ${id(1)}  missing  0 of 1
  ${id(2)}  edited   4 of 4           lastName (oms)
  ${id(3)}  orphan
1,234 looked at: 1,228 in-sync, 3 missing, 1 orphan, 2 edited. Run ${RUN_ID} finished.
`);
  });
  test('--all looks at everybody, and the window is told', async () => {
    control.answers('run.show', finishedReconcile({ window: { from: Date.UTC(2000, 0, 1), to: NOW } }));
    const { out } = await local('reconcile --all');
    expect(control.requests[0]?.input).toMatchObject({ options: { from: '2000-01-01T00:00:00.000Z' } });
    expect(out).toContain('1,234 looked at, modified from 2000-01-01 00:00:00 to 2026-11-21 21:00:00: 1,228');
  });
  test('as JSON: the run and its report', async () => {
    expect((await local('reconcile --json')).json()).toEqual({ run: finishedReconcile(), differences });
  });
  test('as CSV, to standard output alone', async () => {
    const { out } = await local('reconcile --csv -');
    expect(out.split('\r\n')).toEqual([
      'customer,class,source version,written version,fields,note,queued',
      `${id(1)},missing,1,,,,`,
      `${id(2)},edited,4,4,lastName (oms),,`,
      `${id(3)},orphan,,,,username ${id(3)},`,
      '',
    ]);
  });
  test('as CSV, into a file', async () => {
    const { files, out, err } = await local('reconcile --csv report.csv');
    expect(files.get('report.csv')).toContain(`${id(1)},missing`);
    expect(out).toContain('3 customers in the report.');
    expect(err).toContain('The report is in report.csv.\n');
    control.answers('run.report', { differences });
    expect((await local(`run report ${RUN_ID} --csv report.csv`)).err).toBe('The report is in report.csv.\n');
  });
  test.each(['reconcile', `run report ${RUN_ID}`])(
    '%s: a file that cannot be written is refused before anything is asked',
    async (line) => {
      const { exitCode, err } = await local(`${line} --csv /nowhere/x.csv`);
      expect({ exitCode, err }).toEqual({
        exitCode: 2,
        err: 'Cannot write /nowhere/x.csv (ENOENT). [USAGE]\n',
      });
      expect(asked()).toEqual([]);
    },
  );
  test('Ctrl-C leaves the run running, and what it has found so far is no report', async () => {
    control.answers('run.show', shownRun({ mode: 'reconcile' }));
    const { exitCode, out, err } = await local('reconcile', { answers: [], interruptsAfter: 2 });
    expect({ exitCode, out }).toEqual({ exitCode: 130, out: '' });
    expect(err).toContain(`The run goes on. Look again: connector run show ${RUN_ID}`);
    expect(err).toContain(`What it finds: connector run report ${RUN_ID}`);
    expect(asked().map(({ operation }) => operation)).not.toContain('run.report');
    const asJson = await local('reconcile --json', { interruptsAfter: 2 });
    expect(asJson.json()).toEqual({ run: shownRun({ mode: 'reconcile' }) });
  });
  test('all repaired is 0; an orphan that is left is not', async () => {
    const queued = differences.map((each) => ({ ...each, queued: true }));
    control.answers('run.report', { differences: queued.slice(0, 2) });
    expect((await local('reconcile --repair missing edited')).exitCode).toBe(0);
    expect(control.requests[0]?.input).toMatchObject({ options: { repair: ['missing', 'edited'] } });
    control.answers('run.report', { differences: [...queued.slice(0, 2), ...differences.slice(2)] });
    expect((await local('reconcile --repair missing edited')).exitCode).toBe(exitCodes.differences.code);
  });
});
